package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.ClassMetric.Kind;
import dev.striate.core.kernel.Lines;

/**
 * A metric of how often each class is predicted and meant.
 *
 * @param spec which of the specifications below
 * @param metric what is computed
 */
public record ClassMetricOp(OpSpec<?> spec, ClassMetric metric) implements Op {
    private static final String OPERANDS =
            " Of scores `[N, K]` or `[N, K, H, W]` and a label of every sample or place without those that are `ignore`.";
    private static final String MEAN = OPERANDS
            + " Averaged over the classes that are predicted or meant, each with the same weight (macro average); 0 when"
            + " there is none. Over several batches it is that of all samples at once, unless it is part of an expression:"
            + " then the batches' values are averaged.";

    static final OpSpec<ClassMetricOp> CONFUSION = metric(
            "confusion",
            Kind.CONFUSION,
            "How often each class is predicted as each: counts `[K, K]`, by row the class of the label, by column the"
                    + " predicted one." + OPERANDS + " Over several batches the counts are added up.");
    static final OpSpec<ClassMetricOp> MEAN_IOU = metric(
            "mean_iou",
            Kind.MEAN_IOU,
            "Intersection over union: the places where a class is predicted and meant, by those"
                    + " where it is one of both." + MEAN);
    static final OpSpec<ClassMetricOp> PRECISION = metric(
            "precision",
            Kind.PRECISION,
            "The share of the predictions of a class that is right; 0 without any." + MEAN);
    static final OpSpec<ClassMetricOp> RECALL = metric(
            "recall", Kind.RECALL, "The share of the labels of a class that is predicted; 0 without any." + MEAN);
    static final OpSpec<ClassMetricOp> F1 =
            metric("f1", Kind.F1, "The harmonic mean of the precision and the recall of a class." + MEAN);

    private static OpSpec<ClassMetricOp> metric(String name, Kind kind, String doc) {
        return OpSpec.<ClassMetricOp>of(name, Category.METRIC)
                .doc(doc)
                .operands("scores", "label")
                .attrs(Attr.derived(
                        "ignore",
                        Attr.Kind.NON_NEGATIVE_INT,
                        "the class that does not count, one of the label's or another such as 255; none when left out"))
                .factory(a -> new ClassMetricOp(a.spec(), new ClassMetric(kind, a.integerOr("ignore", -1))))
                .type((op, data) -> {
                    Types.requireScoresAtEachPlace(name, data);
                    Dim classes = data.get(0).shape().dim(1);
                    return TensorType.f32(kind == Kind.CONFUSION ? Shape.of(classes, classes) : Shape.SCALAR);
                })
                .noMacs()
                .field(op -> Field.ALL)
                .notDifferentiable("it counts, so its slope is 0 wherever there is one")
                .eval((op, in, context) -> op.eval(in.get(0), in.get(1)))
                .noOnnx("losses and metrics are not exported")
                .kernel(op -> KernelCall.of(ClassMetric.class, "classMetric", kind)
                        .with(op.metric.ignore() >= 0, "ignore", op.metric.ignore()))
                .build();
    }

    private Nd eval(Nd scores, Nd labels) {
        Lines lines = Lines.alongChannels(scores.shape());
        int classes = lines.count();
        double[] counts = new double[classes * classes];
        for (int place = 0; place < lines.size(); place++) {
            int label = (int) labels.get(place);
            if (label != metric.ignore()) {
                counts[label * classes + largest(scores, lines, place)]++;
            }
        }
        return metric.kind() == Kind.CONFUSION
                ? Nd.of(Sizes.of(classes, classes), i -> counts[i])
                : Nd.scalar(metric.result(counts, 0));
    }

    private static int largest(Nd scores, Lines lines, int place) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < lines.count(); k++) {
            if (scores.get(lines.at(place, k)) > most) {
                most = scores.get(lines.at(place, k));
                best = k;
            }
        }
        return best;
    }
}
