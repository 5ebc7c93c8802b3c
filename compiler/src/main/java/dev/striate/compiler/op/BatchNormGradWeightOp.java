package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.BatchNormGradWeight;

/**
 * The gradient of batch normalization by its weight.
 *
 * @param eps added to the variance
 */
record BatchNormGradWeightOp(double eps) implements Op {
    static final OpSpec<BatchNormGradWeightOp> SPEC = OpSpec.<BatchNormGradWeightOp>of(
                    "batch_norm_grad_weight", Category.INTERNAL)
            .doc("The gradient of `batch_norm` by its weight.")
            .operands("gradient", "x", "mean", "variance")
            .type((op, data) -> data.get(2))
            .noMacs()
            .field(op -> Field.ALL)
            .isGradient()
            .eval((op, in, context) -> {
                Nd x = in.get(1);
                Nd sum = new Nd(in.get(2).shape());
                for (int i = 0; i < x.size(); i++) {
                    int c = BatchNormOp.channel(x, i);
                    double hat =
                            (x.get(i) - in.get(2).get(c)) / Math.sqrt(in.get(3).get(c) + op.eps);
                    sum.add(c, in.get(0).get(i) * hat);
                }
                return sum;
            })
            .kernel((op, node) -> KernelCall.of(BatchNormGradWeight.class, "batchNormGradWeight", op.eps))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
