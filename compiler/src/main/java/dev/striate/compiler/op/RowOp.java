package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Row;
import java.util.List;

/**
 * One of the values that an operator gives together.
 *
 * @param index which, from 0
 */
record RowOp(int index) implements Op {
    static final OpSpec<RowOp> SPEC = OpSpec.<RowOp>of("row", Category.INTERNAL)
            .doc("One row of `[K, …]`: one of the values that an operator gives together.")
            .operands("x")
            .type((op, data) -> {
                Shape rows = data.get(0).shape();
                return TensorType.f32(new Shape(rows.dims().subList(1, rows.rank())));
            })
            .noMacs()
            .field(op -> Field.ALL)
            .isGradient()
            .eval((op, in, context) -> of(in.get(0), op.index))
            .kernel(op -> KernelCall.of(Row.class, "row", op.index))
            .build();

    /** Row {@code index}. */
    static Nd of(Nd rows, int index) {
        Sizes shape = Row.row(index).output(List.of(rows.shape()));
        return Nd.of(shape, i -> rows.get(index * shape.elements() + i));
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
