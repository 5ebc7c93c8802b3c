package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.RandomNormal;
import java.util.Map;

/**
 * Random numbers of a normal distribution.
 *
 * @param shape the shape
 * @param mean the mean
 * @param deviation the standard deviation
 */
record NormalOp(Shape shape, double mean, double deviation) implements Op {
    static final OpSpec<NormalOp> SPEC = OpSpec.<NormalOp>of("normal", Category.LAYER)
            .doc("Independent random numbers of a normal distribution, other ones at every training step.")
            .operands()
            .random()
            .attrs(
                    Attr.required("shape", Attr.Kind.SHAPE, "the shape"),
                    Attr.optional("mean", Attr.Kind.FLOAT, 0.0, "the mean"),
                    Attr.optional("deviation", Attr.Kind.FLOAT, 1.0, "the standard deviation"))
            .factory(a -> new NormalOp(a.shape("shape"), a.number("mean"), a.number("deviation")))
            .type((op, data) -> TensorType.f32(op.shape))
            .noMacs()
            .field(op -> Field.POINT)
            .notDifferentiable("it depends on nothing")
            .eval((op, in, context) -> {
                RandomNormal kernel = new RandomNormal(op.mean, op.deviation, context.path(), context.sizes(op.shape));
                long stream = kernel.stream();
                return Nd.of(kernel.shape(), i -> kernel.value(stream, context.seed(), context.step(), i));
            })
            .onnx("RandomNormalLike", (op, o) -> {
                String zeros = o.add("Expand", o.number(0), o.sizes(op.shape.dims()));
                // Of deviation 1, since ONNX Runtime does not survive one of 0.
                String scaled = o.add("Mul", o.add("RandomNormalLike", zeros), o.number(op.deviation));
                return o.add("Add", scaled, o.number(op.mean));
            })
            .kernel((op, node) ->
                    KernelCall.of(RandomNormal.class, "randomNormal", op.mean, op.deviation, node.path(), op.shape))
            .build();

    @Override
    public Op at(Map<String, Long> sizes) {
        return new NormalOp(shape.with(sizes), mean, deviation);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
