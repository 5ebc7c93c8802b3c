package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;

/** Softmax cross-entropy of logits and a class label, averaged over the batch. */
public record CrossEntropyOp() implements Op {
    static final OpSpec<CrossEntropyOp> SPEC = OpSpec.<CrossEntropyOp>of("cross_entropy", Category.LOSS)
            .doc("`log(sum exp(x)) - x_label` of logits `[N, K]` and a label `class[N, K]`, averaged over the batch.")
            .operands("logits", "label")
            .factory(a -> new CrossEntropyOp())
            .type((op, data) -> {
                Types.requireScores("cross_entropy", data);
                return TensorType.f32(Shape.SCALAR);
            })
            .noMacs()
            .field(op -> Field.ALL)
            .gradient((op, g) -> g.give(
                    0, new Grad(), g.incoming(), g.node().input(0), g.node().input(1)))
            .eval((op, in, context) -> {
                Nd x = in.get(0);
                double sum = 0;
                for (int n = 0; n < x.dim(0); n++) {
                    sum += logSumExp(x, n)
                            - x.get(n * x.dim(1) + (int) in.get(1).get(n));
                }
                return Nd.scalar(sum / x.dim(0));
            })
            .kernel((op, node) -> KernelCall.of(CrossEntropy.class, "crossEntropy"))
            .build();

    private static double logSumExp(Nd x, int n) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < x.dim(1); k++) {
            max = Math.max(max, x.get(n * x.dim(1) + k));
        }
        double sum = 0;
        for (int k = 0; k < x.dim(1); k++) {
            sum += Math.exp(x.get(n * x.dim(1) + k) - max);
        }
        return max + Math.log(sum);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /** The gradient by the logits. Operands: the loss's gradient (a scalar), logits, label. */
    record Grad() implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("cross_entropy_grad", Category.INTERNAL)
                .doc("The gradient of `cross_entropy`: `g * (softmax(x) - onehot(label)) / N`.")
                .operands("gradient", "logits", "label")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd p = SoftmaxOp.eval(in.get(1));
                    return Nd.of(p.shape(), i -> {
                        double target = (int) in.get(2).get(i / p.dim(1)) == i % p.dim(1) ? 1 : 0;
                        return in.get(0).get(0) * (p.get(i) - target) / p.dim(0);
                    });
                })
                .kernel((op, node) -> KernelCall.of(CrossEntropyGrad.class, "crossEntropyGrad"))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
