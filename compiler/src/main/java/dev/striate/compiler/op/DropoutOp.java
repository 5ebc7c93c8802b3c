package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Dropout;
import org.jspecify.annotations.Nullable;

/**
 * Sets elements to zero at random and scales the others up, in training.
 *
 * @param p the probability of dropping
 * @param layer in a gradient, the path of the layer whose mask is drawn again; else null: the node's own
 */
public record DropoutOp(double p, @Nullable String layer) implements Op {
    static final OpSpec<DropoutOp> SPEC = OpSpec.<DropoutOp>of("dropout", Category.TRAINING_LAYER)
            .doc("Sets each element to 0 with probability `p` and divides the others by `1 - p`, in training only.")
            .operands("x")
            .attrs(Attr.required("p", Attr.Kind.PROBABILITY, "the probability of dropping"))
            .factory(a -> new DropoutOp(a.number("p"), null))
            .type((op, data) -> TensorType.f32(Types.requireFloat("dropout", 0, data.get(0))))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient(
                    (op, g) -> g.give(0, new DropoutOp(op.p, op.stream(g.node().path())), g.incoming()))
            .eval((op, in, context) -> {
                Dropout kernel = new Dropout(op.p, op.stream(context.path()));
                long stream = kernel.stream();
                Nd x = in.get(0);
                return Nd.of(x.shape(), i -> x.get(i) * kernel.factor(stream, context.seed(), context.step(), i));
            })
            .kernel((op, node) -> KernelCall.of(Dropout.class, "dropout", op.p, op.stream(node.path())))
            .build();

    private String stream(String path) {
        return layer == null ? path : layer;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
