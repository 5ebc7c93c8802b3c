package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradSums;
import java.util.List;

/**
 * The gradients of batch normalization by its weight and its bias, {@code [2, C]}; the operands are those of
 * {@link BatchNormGradSums}.
 *
 * @param eps added to the variance
 * @param ofBatch whether the statistics are those of the batch
 */
record BatchNormGradSumsOp(double eps, boolean ofBatch) implements Op {
    static final OpSpec<BatchNormGradSumsOp> RUNNING = gradient("batch_norm_grad_sums")
            .doc("The gradients of `batch_norm` by its weight and its bias, with running statistics.")
            .operands("gradient", "x", "mean", "variance")
            .eval((op, in, context) -> op.sums(in.get(0), in.get(1), in.get(2), in.get(3)))
            .build();

    static final OpSpec<BatchNormGradSumsOp> BATCH = gradient("batch_norm_training_grad_sums")
            .doc("The gradients of `batch_norm` by its weight and its bias, with the statistics of the batch.")
            .operands("gradient", "x", "moments")
            .eval((op, in, context) -> op.sums(in.get(0), in.get(1), RowOp.of(in.get(2), 0), RowOp.of(in.get(2), 1)))
            .build();

    private static OpSpec.Builder<BatchNormGradSumsOp> gradient(String name) {
        return OpSpec.<BatchNormGradSumsOp>of(name, Category.INTERNAL)
                .type((op, data) -> TensorType.f32(
                        new Shape(List.of(Dim.of(2), data.get(0).shape().dim(1)))))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .kernel(op -> KernelCall.of(
                        BatchNormGradSums.class,
                        "batchNormGradSums",
                        KernelCall.of(BatchNorm.class, "batchNorm", op.eps).with(op.ofBatch, "withBatch")));
    }

    /** States the gradients by weight and bias, the parameters of numbers {@code weight} and {@code weight + 1}. */
    static Node give(Gradients g, int weight, BatchNormGradSumsOp op, Node... operands) {
        Node sums = g.emit("grad_sums", op, operands);
        g.give(weight, new RowOp(0), sums);
        g.give(weight + 1, new RowOp(1), sums);
        return sums;
    }

    private Nd sums(Nd g, Nd x, Nd mean, Nd variance) {
        int channels = x.dim(1);
        Nd sums = new Nd(Sizes.of(2, channels));
        for (int i = 0; i < x.size(); i++) {
            int c = BatchNormOp.channel(x, i);
            double hat = (x.get(i) - mean.get(c)) / Math.sqrt(variance.get(c) + eps);
            sums.add(c, g.get(i) * hat);
            sums.add(channels + c, g.get(i));
        }
        return sums;
    }

    @Override
    public OpSpec<?> spec() {
        return ofBatch ? BATCH : RUNNING;
    }
}
