package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * A metric of how often each class is predicted and meant: scores {@code [N, K, …]} and class indices {@code [N, …]} give
 * the scalar mean over the classes that occur in the batch, in a prediction or a label; 0 when none does. What is predicted
 * is the class with the largest score, the one with the lower index of equals; NaN is never the largest. An index outside
 * {@code 0..K-1} is an error at run time that names the sample.
 *
 * @param kind what is computed of a class
 * @param ignore the class whose places do not count; -1 for none
 */
public record ClassMetric(Kind kind, int ignore) implements Kernel {
    /** What is computed of a class, from the places that have it in prediction and label, in its prediction, in its label. */
    public enum Kind {
        /** Intersection over union. */
        MEAN_IOU {
            @Override
            double of(int hits, int predicted, int meant) {
                return (double) hits / (predicted + meant - hits);
            }
        },
        /** The share of the predictions that is right; 0 without any. */
        PRECISION {
            @Override
            double of(int hits, int predicted, int meant) {
                return predicted == 0 ? 0 : (double) hits / predicted;
            }
        },
        /** The share of the labels that is predicted; 0 without any. */
        RECALL {
            @Override
            double of(int hits, int predicted, int meant) {
                return meant == 0 ? 0 : (double) hits / meant;
            }
        },
        /** The harmonic mean of precision and recall. */
        F1 {
            @Override
            double of(int hits, int predicted, int meant) {
                return 2.0 * hits / (predicted + meant);
            }
        };

        abstract double of(int hits, int predicted, int meant);
    }

    /** Of all places. */
    public static ClassMetric classMetric(Kind kind) {
        return new ClassMetric(kind, -1);
    }

    /** Without the places of a class. */
    public ClassMetric ignore(int label) {
        return new ClassMetric(kind, label);
    }

    /** The mean over the classes that occur, from the counts of each. */
    public double mean(int[] hits, int[] predicted, int[] meant) {
        double sum = 0;
        int classes = 0;
        for (int k = 0; k < hits.length; k++) {
            if (predicted[k] + meant[k] > 0) {
                sum += kind.of(hits[k], predicted[k], meant[k]);
                classes++;
            }
        }
        return classes == 0 ? 0 : sum / classes;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        return CrossEntropy.crossEntropy().output(inputs);
    }
}
