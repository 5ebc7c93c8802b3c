package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.Lines;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cross-entropy of logits, or of logarithms of probabilities, and a class label, averaged over the samples, or pixels, that
 * count.
 *
 * @param spec {@code cross_entropy} or {@code nll}
 * @param loss what does not count, how the target is smoothed, and what classes weigh
 */
public record CrossEntropyOp(OpSpec<?> spec, CrossEntropy loss) implements Op {
    private static final String COUNTED =
            " Averaged over the samples and pixels whose label is not `ignore`; 0 when there"
                    + " is none. With `weights`, one for each class, a place counts by the weight of its label: the weighted sum by"
                    + " the sum of the weights.";

    static final OpSpec<CrossEntropyOp> SPEC = classLoss(
                    "cross_entropy",
                    "logits",
                    Attr.optional("smoothing", Attr.Kind.PROBABILITY, 0.0, "the share that is spread over all classes"))
            .doc("`log(sum exp(x)) - x_label` of logits `[N, K]` and a label `class[N, K]`, or `[N, K, H, W]` and"
                    + " `class[N, H, W, K]`. `smoothing` spreads that share of the target over all classes." + COUNTED)
            .factory(a -> new CrossEntropyOp(
                    a.spec(),
                    new CrossEntropy(
                            a.integerOr("ignore", -1), a.number("smoothing"), false, a.list("weights", Double.class))))
            .build();

    static final OpSpec<CrossEntropyOp> NLL = classLoss("nll", "logp")
            .doc("`-x_label` of logarithms of probabilities, as `log_softmax` gives them, and a label: infinite for the"
                    + " logarithm of 0." + COUNTED)
            .factory(a -> new CrossEntropyOp(
                    a.spec(), new CrossEntropy(a.integerOr("ignore", -1), 0, true, a.list("weights", Double.class))))
            .build();

    private static OpSpec.Builder<CrossEntropyOp> classLoss(String name, String scores, Attr... more) {
        Attr ignore = Attr.derived(
                "ignore",
                Attr.Kind.NON_NEGATIVE_INT,
                "the class that does not count, one of the label's or another such as 255; none when left out");
        Attr weights = Attr.optional("weights", Attr.Kind.WEIGHTS, List.of(), "what each class weighs");
        return OpSpec.<CrossEntropyOp>of(name, Category.LOSS)
                .operands(scores, "label")
                .attrs(Stream.of(Stream.of(ignore), Stream.of(more), Stream.of(weights))
                        .flatMap(s -> s)
                        .toArray(Attr[]::new))
                .type((op, data) -> op.type(data))
                .noMacs()
                .field(op -> Field.ALL)
                .gradient((op, g) -> g.give(
                        0,
                        new Grad(op.loss),
                        g.incoming(),
                        g.node().input(0),
                        g.node().input(1)))
                .eval((op, in, context) -> op.eval(in.get(0), in.get(1)))
                .noOnnx("losses and metrics are not exported")
                .kernel(op -> call(op.loss));
    }

    /** Every place counts, and the label is all of the target. */
    CrossEntropyOp() {
        this(SPEC, CrossEntropy.crossEntropy());
    }

    private TensorType type(List<TensorType> data) {
        Types.requireScoresAtEachPlace(name(), data);
        int given = loss.weights().size();
        if (given > 0 && !data.get(0).shape().dim(1).is(given)) {
            throw new ShapeError(
                            Code.CLASSES,
                            "`weights` of `" + name() + "` has " + given + " numbers, and there are "
                                    + data.get(0).shape().dim(1) + " classes")
                    .remark(1, List.of(), "the classes come from here")
                    .fix("give one weight for each class");
        }
        return TensorType.f32(Shape.SCALAR);
    }

    private static KernelCall call(CrossEntropy loss) {
        return KernelCall.of(CrossEntropy.class, "crossEntropy")
                .with(loss.logarithms(), "ofLogarithms")
                .with(loss.ignore() >= 0, "ignore", loss.ignore())
                .with(loss.smoothing() != 0, "smoothing", loss.smoothing())
                .with(!loss.weights().isEmpty(), "weights", loss.weights().toArray());
    }

    private Nd eval(Nd x, Nd labels) {
        Lines lines = Lines.alongChannels(x.shape());
        double sum = 0;
        for (int place = 0; place < lines.size(); place++) {
            int label = (int) labels.get(place);
            if (loss.weight(label) != 0) {
                double value = loss.logarithms() ? 0 : logSumExp(x, lines, place);
                for (int k = 0; k < lines.count(); k++) {
                    double target = loss.target(k == label, lines.count());
                    value -= target == 0 ? 0 : target * x.get(lines.at(place, k));
                }
                sum += loss.weight(label) * value;
            }
        }
        double counted = counted(loss, labels);
        return Nd.scalar(counted == 0 ? 0 : sum / counted);
    }

    private static double counted(CrossEntropy loss, Nd labels) {
        double counted = 0;
        for (int place = 0; place < labels.size(); place++) {
            counted += loss.weight((int) labels.get(place));
        }
        return counted;
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

    /**
     * The gradient by the logits. Operands: the loss's gradient (a scalar), logits, label.
     *
     * @param loss the loss
     */
    record Grad(CrossEntropy loss) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("cross_entropy_grad", Category.INTERNAL)
                .doc(
                        "The gradient of `cross_entropy`: `g * (softmax(x) - target) / places`; of `nll`, without softmax.")
                .operands("gradient", "logits", "label")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.eval(in))
                .kernel(op -> op.loss.equals(CrossEntropy.crossEntropy())
                        ? KernelCall.of(CrossEntropyGrad.class, "crossEntropyGrad")
                        : KernelCall.of(CrossEntropyGrad.class, "crossEntropyGrad", call(op.loss)))
                .build();

        /** Of the plain loss. */
        Grad() {
            this(CrossEntropy.crossEntropy());
        }

        private Nd eval(List<Nd> in) {
            Nd x = in.get(1);
            Nd p = loss.logarithms() ? new Nd(x.shape()) : SoftmaxOp.eval(x);
            Nd labels = in.get(2);
            Lines lines = Lines.alongChannels(p.shape());
            double counted = counted(loss, labels);
            Nd dx = new Nd(p.shape());
            for (int place = 0; place < lines.size(); place++) {
                int label = (int) labels.get(place);
                double factor = loss.weight(label) == 0 ? 0 : in.get(0).get(0) * loss.weight(label) / counted;
                for (int k = 0; k < lines.count() && factor != 0; k++) {
                    double distance = p.get(lines.at(place, k)) - loss.target(k == label, lines.count());
                    dx.set(lines.at(place, k), factor * distance);
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
