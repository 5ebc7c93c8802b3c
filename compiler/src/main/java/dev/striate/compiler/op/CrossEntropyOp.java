package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.Lines;
import java.util.List;

/**
 * Softmax cross-entropy of logits and a class label, averaged over the samples, or pixels, that count.
 *
 * @param loss what does not count, and how the target is smoothed
 */
public record CrossEntropyOp(CrossEntropy loss) implements Op {
    static final OpSpec<CrossEntropyOp> SPEC = OpSpec.<CrossEntropyOp>of("cross_entropy", Category.LOSS)
            .doc("`log(sum exp(x)) - x_label` of logits `[N, K]` and a label `class[N, K]`, or `[N, K, H, W]` and"
                    + " `class[N, H, W, K]`, averaged over the samples and pixels whose label is not `ignore`; 0 when there"
                    + " is none. `smoothing` spreads that share of the target over all classes.")
            .operands("logits", "label")
            .attrs(
                    Attr.derived(
                            "ignore", Attr.Kind.NON_NEGATIVE_INT, "the class that does not count; none when left out"),
                    Attr.optional("smoothing", Attr.Kind.PROBABILITY, 0.0, "the share that is spread over all classes"))
            .factory(a -> new CrossEntropyOp(new CrossEntropy(a.integerOr("ignore", -1), a.number("smoothing"))))
            .type((op, data) -> {
                Types.requireScoresAtEachPlace("cross_entropy", data);
                return TensorType.f32(Shape.SCALAR);
            })
            .noMacs()
            .field(op -> Field.ALL)
            .gradient((op, g) -> g.give(
                    0,
                    new Grad(op.loss),
                    g.incoming(),
                    g.node().input(0),
                    g.node().input(1)))
            .eval((op, in, context) -> op.eval(in.get(0), in.get(1)))
            .kernel((op, node) -> call(op.loss))
            .build();

    /** Every place counts, and the label is all of the target. */
    CrossEntropyOp() {
        this(CrossEntropy.crossEntropy());
    }

    private static KernelCall call(CrossEntropy loss) {
        return KernelCall.of(CrossEntropy.class, "crossEntropy")
                .with(loss.ignore() >= 0, "ignore", loss.ignore())
                .with(loss.smoothing() != 0, "smoothing", loss.smoothing());
    }

    private Nd eval(Nd x, Nd labels) {
        Lines lines = Lines.alongChannels(x.shape());
        double sum = 0;
        int count = 0;
        for (int place = 0; place < lines.size(); place++) {
            int label = (int) labels.get(place);
            if (label != loss.ignore()) {
                sum += logSumExp(x, lines, place);
                for (int k = 0; k < lines.count(); k++) {
                    double target = loss.target(k == label, lines.count());
                    sum -= target == 0 ? 0 : target * x.get(lines.at(place, k));
                }
                count++;
            }
        }
        return Nd.scalar(count == 0 ? 0 : sum / count);
    }

    private static double logSumExp(Nd x, Lines lines, int place) {
        double max = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < lines.count(); k++) {
            max = Math.max(max, x.get(lines.at(place, k)));
        }
        double sum = 0;
        for (int k = 0; k < lines.count(); k++) {
            sum += Math.exp(x.get(lines.at(place, k)) - max);
        }
        return max + Math.log(sum);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /**
     * The gradient by the logits. Operands: the loss's gradient (a scalar), logits, label.
     *
     * @param loss the loss
     */
    record Grad(CrossEntropy loss) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("cross_entropy_grad", Category.INTERNAL)
                .doc("The gradient of `cross_entropy`: `g * (softmax(x) - target) / places`.")
                .operands("gradient", "logits", "label")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.eval(in))
                .kernel((op, node) -> op.loss.equals(CrossEntropy.crossEntropy())
                        ? KernelCall.of(CrossEntropyGrad.class, "crossEntropyGrad")
                        : KernelCall.of(CrossEntropyGrad.class, "crossEntropyGrad", call(op.loss)))
                .build();

        /** Of the plain loss. */
        Grad() {
            this(CrossEntropy.crossEntropy());
        }

        private Nd eval(List<Nd> in) {
            Nd p = SoftmaxOp.eval(in.get(1));
            Nd labels = in.get(2);
            Lines lines = Lines.alongChannels(p.shape());
            int count = 0;
            for (int place = 0; place < lines.size(); place++) {
                count += (int) labels.get(place) == loss.ignore() ? 0 : 1;
            }
            Nd dx = new Nd(p.shape());
            for (int place = 0; place < lines.size(); place++) {
                int label = (int) labels.get(place);
                for (int k = 0; k < lines.count() && label != loss.ignore(); k++) {
                    double distance = p.get(lines.at(place, k)) - loss.target(k == label, lines.count());
                    dx.set(lines.at(place, k), in.get(0).get(0) * distance / count);
                }
            }
            return dx;
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
