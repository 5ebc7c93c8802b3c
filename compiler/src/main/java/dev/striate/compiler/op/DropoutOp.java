package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Dropout.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Sets elements, channels or samples to zero at random and scales the others up, in training.
 *
 * @param p the probability of dropping
 * @param unit what is dropped together
 * @param layer in a gradient, the path of the layer whose mask is drawn again; else null: the node's own
 */
public record DropoutOp(double p, Unit unit, @Nullable String layer) implements Op {
    static final OpSpec<DropoutOp> SPEC = dropout("dropout", Unit.ELEMENT, "Sets each element");
    static final OpSpec<DropoutOp> SPATIAL =
            dropout("spatial_dropout", Unit.CHANNEL, "Sets each channel of each sample of `[N, C, …]`");
    static final OpSpec<DropoutOp> DEPTH = dropout("stochastic_depth", Unit.SAMPLE, "Sets each sample");

    private static OpSpec<DropoutOp> dropout(String name, Unit unit, String doc) {
        return OpSpec.<DropoutOp>of(name, Category.TRAINING_LAYER)
                .doc(doc + " to 0 with probability `p` and divides the others by `1 - p`, in training only.")
                .operands("x")
                .elementwise()
                .random()
                .attrs(Attr.required("p", Attr.Kind.PROBABILITY, "the probability of dropping"))
                .factory(a -> new DropoutOp(a.number("p"), unit, null))
                .type((op, data) -> TensorType.f32(
                        unit == Unit.CHANNEL
                                ? Types.requireChannels(name, data.get(0))
                                : Types.requireFloat(name, 0, data.get(0))))
                .noMacs()
                .field(op -> Field.POINT)
                .gradient((op, g) ->
                        g.give(0, new DropoutOp(op.p, unit, op.stream(g.node().path())), g.incoming()))
                .eval((op, in, context) -> {
                    Dropout kernel = new Dropout(op.p, op.stream(context.path()), unit);
                    long stream = kernel.stream();
                    Nd x = in.get(0);
                    int size = unit.size(x.shape());
                    return Nd.of(
                            x.shape(), i -> x.get(i) * kernel.factor(stream, context.seed(), context.step(), i / size));
                })
                .noOnnx("it is in force in training only")
                .kernel((op, node) -> KernelCall.of(Dropout.class, op.factory(), op.p, op.stream(node.path())))
                .build();
    }

    @Override
    public boolean isIdentity(Node node) {
        return p == 0;
    }

    private String stream(String path) {
        return layer == null ? path : layer;
    }

    private String factory() {
        return switch (unit) {
            case ELEMENT -> "dropout";
            case CHANNEL -> "spatialDropout";
            case SAMPLE -> "stochasticDepth";
        };
    }

    @Override
    public OpSpec<?> spec() {
        return switch (unit) {
            case ELEMENT -> SPEC;
            case CHANNEL -> SPATIAL;
            case SAMPLE -> DEPTH;
        };
    }
}
