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
            .operands("gradient", "x", "mean", "variance", "weight", "weight_gradient", "bias_gradient")
            .eval((op, in, context) -> op.ofBatch(in))
            .build();

    private static OpSpec.Builder<BatchNormGradInputOp> gradient(String name) {
        return OpSpec.<BatchNormGradInputOp>of(name, Category.INTERNAL)
                .type((op, data) -> data.get(0))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .kernel((op, node) -> KernelCall.of(
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
        int count = g.size() / g.dim(1);
        return Nd.of(g.shape(), i -> {
            int c = BatchNormOp.channel(g, i);
            double hat = (x.get(i) - in.get(2).get(c)) / Math.sqrt(in.get(3).get(c) + eps);
            double mean = (in.get(6).get(c) + hat * in.get(5).get(c)) / count;
            return scale(in.get(4), in.get(3), c) * (g.get(i) - mean);
        });
    }
}
