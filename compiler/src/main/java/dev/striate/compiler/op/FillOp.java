package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Fill;

/**
 * A value of which every element is the same.
 *
 * @param value the element
 * @param shape the shape
 */
public record FillOp(double value, Shape shape) implements Op {
    static final OpSpec<FillOp> SPEC = OpSpec.<FillOp>of("fill", Category.INTERNAL)
            .doc("A value of which every element is the same.")
            .operands()
            .type((op, data) -> TensorType.f32(op.shape))
            .noMacs()
            .field(op -> Field.POINT)
            .notDifferentiable("it depends on nothing")
            .eval((op, in, context) -> Nd.of(context.sizes(op.shape), i -> op.value))
            .kernel((op, node) -> KernelCall.of(Fill.class, "fill", op.value, op.shape))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
