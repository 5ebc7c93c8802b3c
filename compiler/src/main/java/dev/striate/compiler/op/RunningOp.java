package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Running;
import org.jspecify.annotations.Nullable;

/**
 * The new value of a running statistic. Operands: the running statistic and the moments of the batch.
 *
 * @param momentum the weight of the batch
 * @param count for a variance, the number of elements that it is of; null for a mean
 */
record RunningOp(double momentum, @Nullable Dim count) implements Op {
    static final OpSpec<RunningOp> SPEC = OpSpec.<RunningOp>of("running", Category.INTERNAL)
            .doc("The new value of a running statistic: `(1 - momentum) * running + momentum * batch`.")
            .operands("running", "moments")
            .type((op, data) -> data.get(0))
            .noMacs()
            .field(op -> Field.ALL)
            .notDifferentiable("running statistics are not learned")
            .eval((op, in, context) -> {
                Running kernel = Running.running(op.momentum);
                Running running = op.count == null
                        ? kernel
                        : kernel.varianceOf(context.sizes(Shape.of(op.count)).dim(0));
                Nd batch = RowOp.of(in.get(1), running.row());
                return Nd.of(in.get(0).shape(), i -> running.next(in.get(0).get(i), batch.get(i)));
            })
            .noOnnx("it is in force in training only")
            .kernel(op -> {
                KernelCall call = KernelCall.of(Running.class, "running", op.momentum);
                return op.count == null ? call : call.with(true, "varianceOf", op.count);
            })
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
