package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import java.util.List;

/**
 * The gradient of batch normalization by its input; the operands are those of {@link BatchNormGradInput}.
 *
 * @param eps added to the variance
 * @param ofBatch whether the statistics are those of the batch, and so depend on the input
 */
record BatchNormGradInputOp(double eps, boolean ofBatch) implements Op {
    static final OpSpec<BatchNormGradInputOp> RUNNING = gradient("batch_norm_grad_input")
            .doc("The gradient of `batch_norm` by its input, with running statistics.")
            .operands("gradient", "weight", "variance")
            .eval((op, in, context) -> {
                Nd g = in.get(0);
                return Nd.of(g.shape(), i -> g.get(i) * op.scale(in.get(1), in.get(2), BatchNormOp.channel(g, i)));
            })
            .build();

    static final OpSpec<BatchNormGradInputOp> BATCH = gradient("batch_norm_training_grad_input")
            .doc("The gradient of `batch_norm` by its input, with the statistics of the batch.")
            .operands("gradient", "x", "moments", "weight", "sums")
            .eval((op, in, context) -> op.ofBatch(in))
            .build();

    private static OpSpec.Builder<BatchNormGradInputOp> gradient(String name) {
        return OpSpec.<BatchNormGradInputOp>of(name, Category.INTERNAL)
                .type((op, data) -> data.get(0))
                .noMacs()
                .field(op -> Field.ALL)
                .anchor()
                .elementwise()
                .isGradient()
                .kernel(op -> KernelCall.of(
                        BatchNormGradInput.class,
                        "batchNormGradInput",
                        KernelCall.of(BatchNorm.class, "batchNorm", op.eps).with(op.ofBatch, "withBatch")));
    }

    @Override
    public OpSpec<?> spec() {
        return ofBatch ? BATCH : RUNNING;
    }

    private double scale(Nd weight, Nd variance, int channel) {
        return weight.get(channel) / Math.sqrt(variance.get(channel) + eps);
    }

    private Nd ofBatch(List<Nd> in) {
        Nd g = in.get(0);
        Nd x = in.get(1);
        Nd mean = RowOp.of(in.get(2), 0);
        Nd variance = RowOp.of(in.get(2), 1);
        Nd byWeight = RowOp.of(in.get(4), 0);
        Nd byBias = RowOp.of(in.get(4), 1);
        int count = g.size() / g.dim(1);
        return Nd.of(g.shape(), i -> {
            int c = BatchNormOp.channel(g, i);
            double hat = (x.get(i) - mean.get(c)) / Math.sqrt(variance.get(c) + eps);
            double common = (byBias.get(c) + hat * byWeight.get(c)) / count;
            return scale(in.get(3), variance, c) * (g.get(i) - common);
        });
    }
}
