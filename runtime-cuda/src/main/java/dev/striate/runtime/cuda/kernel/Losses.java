package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.DistanceLoss;
import dev.striate.core.kernel.DistanceLossGrad;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.core.kernel.OneHot;
import dev.striate.core.kernel.Quadratic;
import dev.striate.core.kernel.QuadraticGrad;
import dev.striate.core.kernel.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Losses and metrics. A mean over many elements is taken in two launches: blocks leave sums of their own, then one block adds
 * them up; how many there are follows from the shape alone.
 */
final class Losses {
    /** Blocks that leave sums. */
    private static final int MOST_PARTS = 256;

    private Losses() {}

    private static int parts(int blocks) {
        return Math.min(blocks, MOST_PARTS);
    }

    private static Work.Labels labels(Form x) {
        return new Work.Labels(x.dim(1), x.area());
    }

    static Work crossEntropy(CrossEntropy loss, Site s) {
        Form x = s.in(0);
        LaidLines lines = LaidLines.alongChannels(x);
        int parts = parts(lines.blocks());
        Source terms =
                target(loss, lines, s, "log_sum_exp", "cross_entropy_terms").build();
        Call first = new Call.Launch(terms, parts, List.of(Arg.in(0), Arg.in(1), Arg.fault(), Arg.scratch()));
        return Work.of(first, mean(s, parts, 1)).withScratch(2L * parts).reading(labels(x));
    }

    /** Adds up what blocks left: sums and weights. */
    private static Call mean(Site s, int parts, double factor) {
        Source source = s.source("weighted_mean")
                .put("PARTS", parts)
                .put("FACTOR", factor)
                .build();
        return new Call.Launch(source, 1, List.of(Arg.scratch(), Arg.out()));
    }

    static Work crossEntropyGradient(CrossEntropyGrad kernel, Site s) {
        LaidLines lines = LaidLines.alongChannels(s.out());
        int parts = parts(Call.blocks(lines.lines().size()));
        Source weights = target(kernel.loss(), lines, s, "label_weights").build();
        Source gradient = target(kernel.loss(), lines, s, "log_sum_exp", "cross_entropy_grad")
                .put("PARTS", parts)
                .build();
        return Work.of(
                        new Call.Launch(weights, parts, List.of(Arg.in(2), Arg.fault(), Arg.scratch())),
                        new Call.Launch(
                                gradient,
                                lines.blocks(),
                                List.of(Arg.in(0), Arg.in(1), Arg.in(2), Arg.scratch(), Arg.fault(), Arg.out())))
                .withScratch(parts)
                .reading(labels(s.out()));
    }

    private static Source.Builder target(CrossEntropy loss, LaidLines lines, Site s, String... sections) {
        List<String> all = new ArrayList<>(List.of("class_weight"));
        all.addAll(List.of(sections));
        String weights = loss.weights().isEmpty()
                ? "1"
                : loss.weights().stream().map(Source::number).collect(Collectors.joining(", "));
        return lines.source(s, all.toArray(String[]::new))
                .put("IGNORED", loss.ignore())
                .put("SMOOTHING", loss.smoothing())
                .put("LOGARITHMS", loss.logarithms())
                .put("WEIGHTED", !loss.weights().isEmpty())
                .declare("__device__ const float CLASS_WEIGHTS[] = {" + weights + "};");
    }

    static Work oneHot(OneHot kernel, Site s) {
        LaidLines lines = LaidLines.alongChannels(s.out());
        Source source = lines.source(s, "one_hot").build();
        return Work.of(Call.perElement(source, lines.lines().size(), Arg.in(0), Arg.fault(), Arg.out()))
                .reading(labels(s.out()));
    }

    static Work topK(TopK kernel, Site s) {
        LaidLines lines = LaidLines.alongChannels(s.in(0));
        Source source = lines.source(s, "top_k").put("K", kernel.k()).build();
        return Work.of(new Call.Launch(source, 1, List.of(Arg.in(0), Arg.in(1), Arg.fault(), Arg.out())))
                .reading(labels(s.in(0)));
    }

    static Work classMetric(ClassMetric kernel, Site s) {
        LaidLines lines = LaidLines.alongChannels(s.in(0));
        String ofClass = switch (kernel.kind()) {
            case MEAN_IOU -> "hits / (predicted + meant - hits)";
            case PRECISION -> "predicted == 0 ? 0.0f : hits / predicted";
            case RECALL -> "meant == 0 ? 0.0f : hits / meant";
            case F1 -> "2 * hits / (predicted + meant)";
            case CONFUSION -> "0.0f";
        };
        Source source = lines.source(s, "class_metric")
                .put("IGNORED", kernel.ignore())
                .put("CONFUSION", kernel.kind() == ClassMetric.Kind.CONFUSION)
                .text("OF_CLASS", ofClass)
                .build();
        return Work.of(new Call.Launch(source, 1, List.of(Arg.in(0), Arg.in(1), Arg.counts(), Arg.fault(), Arg.out())))
                .reading(labels(s.in(0)))
                .counting(labels(s.in(0)).classes() * labels(s.in(0)).classes());
    }

    static Work elementLoss(ElementLoss loss, Site s) {
        Sizes y = s.in(0).shape();
        int parts = parts(Call.blocks(y.elements()));
        Call terms = terms(loss, value(loss), s, 0, parts);
        return Work.of(terms, mean(s, parts, (double) y.elements() / loss.divisor(y)))
                .withScratch(2L * parts);
    }

    static Work elementLossGradient(ElementLossGrad kernel, Site s) {
        ElementLoss loss = kernel.loss();
        Site compared = new Site(s.in().subList(1, s.in().size()), s.out());
        Sizes y = compared.in(0).shape();
        double factor = (double) y.elements() / loss.divisor(y);
        int parts = parts(Call.blocks(y.elements()));
        String slope = slope(loss, kernel.ofTarget());
        Call terms = terms(loss, slope, compared, 1, parts);
        if (s.out().shape().rank() == 0 && y.rank() > 0) {
            Source source = s.source("scaled_mean")
                    .put("PARTS", parts)
                    .put("FACTOR", factor)
                    .build();
            Call sum = new Call.Launch(source, 1, List.of(Arg.in(0), Arg.scratch(), Arg.out()));
            return Work.of(terms, sum).withScratch(2L * parts);
        }
        Source source = compared(s.source("element_loss_grad"), loss, slope, compared)
                .put("PARTS", parts)
                .put("FACTOR", factor)
                .build();
        Call gradient = Call.perElement(
                source,
                y.elements(),
                Arg.in(0),
                Arg.in(1),
                Arg.in(2),
                Arg.in(s.in().size() - 1),
                Arg.scratch(),
                Arg.out());
        return Work.of(terms, gradient).withScratch(2L * parts);
    }

    /** Blocks that leave the weighted sum of a term and the weights. */
    private static Call terms(ElementLoss loss, String term, Site compared, int first, int parts) {
        Source source = compared(compared.source("element_loss_terms"), loss, term, compared)
                .build();
        List<Arg> args = List.of(
                Arg.in(first), Arg.in(first + 1), Arg.in(first + compared.in().size() - 1), Arg.scratch());
        return new Call.Launch(source, parts, args);
    }

    private static Source.Builder compared(Source.Builder source, ElementLoss loss, String term, Site compared) {
        Form y = compared.in(0);
        String weight = "1.0f";
        if (compared.in().size() > 2) {
            Form weights = Form.rows(ElementLoss.weights(compared.in(2).shape(), y.shape()));
            weight = "w[" + Places.broadcast("i", weights, y) + "]";
        }
        return source.put("COUNT", y.elements())
                .put("BETA", loss.beta())
                .declare("__device__ inline int target(int i) {\n    return "
                        + (compared.in(1).shape().rank() == 0 ? "0" : "i") + ";\n}")
                .declare("__device__ inline float weight_of(const float* w, int i) {\n    return " + weight + ";\n}")
                .declare("__device__ inline float term(float y, float t) {\n    return " + term + ";\n}");
    }

    /** What an element y and its target t add. */
    private static String value(ElementLoss loss) {
        return switch (loss.kind()) {
            case MSE -> "(y - t) * (y - t)";
            case L1 -> "fabsf(y - t)";
            case SMOOTH_L1 -> "fabsf(y - t) < BETA ? (y - t) * (y - t) / (2 * BETA) : fabsf(y - t) - BETA / 2";
            case HINGE -> "larger(0.0f, 1.0f - t * y)";
            case PERCEPTRON -> "larger(0.0f, -t * y)";
            case BINARY_CROSS_ENTROPY -> "larger(y, 0.0f) - t * y + log1pf(expf(-fabsf(y)))";
            case KL -> "t == 0 ? 0.0f : t * (logf(t) - y)";
        };
    }

    /** The derivative by y, or by t. */
    private static String slope(ElementLoss loss, boolean ofTarget) {
        String minus = ofTarget ? "-" : "";
        return switch (loss.kind()) {
            case MSE -> minus + "2 * (y - t)";
            case L1 -> minus + "sign(y - t)";
            case SMOOTH_L1 -> minus + "(fabsf(y - t) < BETA ? (y - t) / BETA : sign(y - t))";
            case HINGE -> "1.0f - t * y > 0 ? " + (ofTarget ? "-y" : "-t") + " : 0.0f";
            case PERCEPTRON -> "t * y < 0 ? " + (ofTarget ? "-y" : "-t") + " : 0.0f";
            case BINARY_CROSS_ENTROPY -> ofTarget ? "-y" : "sigmoid(y) - t";
            case KL -> ofTarget ? "t == 0 ? 0.0f : logf(t) + 1.0f - y" : "-t";
        };
    }

    static Work quadratic(Quadratic kernel, Site s) {
        Form y = s.in(0);
        int parts = parts(Call.blocks(y.elements()));
        ElementLoss squares = ElementLoss.elementLoss(ElementLoss.Kind.MSE);
        Call terms = terms(squares, value(squares), s, 0, parts);
        return Work.of(terms, mean(s, parts, y.elements() / 2.0 / y.dim(0))).withScratch(2L * parts);
    }

    static Work quadraticGradient(QuadraticGrad kernel, Site s) {
        Source source = s.source("quadratic_grad")
                .put("COUNT", s.out().elements())
                .put("N", s.in(1).dim(0))
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
    }

    static Work distance(DistanceLoss loss, Site s) {
        Source source = samples("distance_loss", loss, s, s.in(0)).build();
        return Work.of(new Call.Launch(source, 1, List.of(Arg.in(0), Arg.in(1), Arg.in(2), Arg.out())));
    }

    static Work distanceGradient(DistanceLossGrad kernel, Site s) {
        Form a = s.in(1);
        Source source = samples("distance_loss_grad", kernel.loss(), s, a)
                .put("OPERAND", kernel.operand())
                .build();
        return Work.of(new Call.Launch(
                source,
                LaidLines.blocks(a.dim(0), a.shape().elementsFrom(1)),
                List.of(Arg.in(0), Arg.in(1), Arg.in(2), Arg.in(3), Arg.out())));
    }

    private static Source.Builder samples(String section, DistanceLoss loss, Site s, Form a) {
        return LaidLines.teams(
                        s.source("distances", section), a.dim(0), a.shape().elementsFrom(1))
                .put("N", a.dim(0))
                .put("TRIPLET", loss.comparesThird())
                .put("MARGIN", loss.margin());
    }
}
