package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * How often each class is predicted and meant: scores {@code [N, K, …]} and class indices {@code [N, …]} give either the
 * counts [K, K] or a scalar, the mean over the classes that occur in the batch, in a prediction or a label; 0 when none
 * does. What is predicted is the class with the largest score, the one with the lower index of equals; NaN is never the
 * largest. An index outside {@code 0..K-1} is an error at run time that names the sample.
 *
 * @param kind what is computed
 * @param ignore the class whose places do not count; -1 for none
 */
public record ClassMetric(Kind kind, int ignore) implements Kernel {
    /** What is computed. */
    public enum Kind {
        /** The counts: by row the class of the label, by column the predicted one. */
        CONFUSION,
        /** Of a class, intersection over union of the places that have it in prediction and label. */
        MEAN_IOU,
        /** Of a class, the share of its predictions that is right; 0 without any. */
        PRECISION,
        /** Of a class, the share of its labels that is predicted; 0 without any. */
        RECALL,
        /** Of a class, the harmonic mean of precision and recall. */
        F1
    }

    /** Of all places. */
    public static ClassMetric classMetric(Kind kind) {
        return new ClassMetric(kind, -1);
    }

    /** Without the places of a class. */
    public ClassMetric ignore(int label) {
        return new ClassMetric(kind, label);
    }

    /**
     * An element of the result.
     *
     * @param counts [K, K], as {@link Kind#CONFUSION} has them: of one batch, or of many added up
     * @param element 0 for a scalar
     */
    public double result(double[] counts, int element) {
        return kind == Kind.CONFUSION ? counts[element] : mean(counts);
    }

    private double mean(double[] counts) {
        int classes = (int) Math.round(Math.sqrt(counts.length));
        double sum = 0;
        int occur = 0;
        for (int k = 0; k < classes; k++) {
            double predicted = 0;
            double meant = 0;
            for (int other = 0; other < classes; other++) {
                predicted += counts[other * classes + k];
                meant += counts[k * classes + other];
            }
            if (predicted + meant > 0) {
                sum += ofClass(counts[k * classes + k], predicted, meant);
                occur++;
            }
        }
        return occur == 0 ? 0 : sum / occur;
    }

    private double ofClass(double hits, double predicted, double meant) {
        return switch (kind) {
            case MEAN_IOU -> hits / (predicted + meant - hits);
            case PRECISION -> predicted == 0 ? 0 : hits / predicted;
            case RECALL -> meant == 0 ? 0 : hits / meant;
            case F1 -> 2 * hits / (predicted + meant);
            case CONFUSION -> throw new IllegalStateException("counts have no mean");
        };
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Sizes scalar = CrossEntropy.crossEntropy().output(inputs);
        int classes = inputs.getFirst().dim(1);
        return kind == Kind.CONFUSION ? Sizes.of(classes, classes) : scalar;
    }
}
