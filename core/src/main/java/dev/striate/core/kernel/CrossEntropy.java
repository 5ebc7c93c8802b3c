package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;

/**
 * Softmax cross-entropy: logits {@code [N, K, …]} and class indices {@code [N, …]} give the scalar mean over the places of
 * the batch of {@code log(sum exp(x)) - sum(target * x)}. The maximum is subtracted first, so that no exponential
 * overflows. Where the operand is {@link #ofLogarithms logarithms of probabilities} already, the loss is
 * {@code -sum(target * x)}. An index outside {@code 0..K-1} is an error at run time that names the sample.
 *
 * @param ignore the class whose places do not count, whether or not it is one of the K; -1 for none. Where no place
 *     counts, the loss is 0
 * @param smoothing the share of the target that is spread over all classes (Szegedy et al. 2016); the label has the rest
 * @param logarithms whether the operand is logarithms of probabilities, not logits
 * @param weights for each class, what a place of that class counts: the loss is the weighted sum by the sum of the weights,
 *     0 where that is 0; empty where every place counts once
 */
public record CrossEntropy(int ignore, double smoothing, boolean logarithms, List<Double> weights) implements Kernel {
    /** Copies the list. */
    public CrossEntropy {
        weights = List.copyOf(weights);
    }

    /** Every place counts, and the label is all of the target. */
    public static CrossEntropy crossEntropy() {
        return new CrossEntropy(-1, 0, false, List.of());
    }

    /** Without the places of a class. */
    public CrossEntropy ignore(int label) {
        return new CrossEntropy(label, smoothing, logarithms, weights);
    }

    /** With a share of the target spread over all classes. */
    public CrossEntropy smoothing(double share) {
        return new CrossEntropy(ignore, share, logarithms, weights);
    }

    /** Of logarithms of probabilities. */
    public CrossEntropy ofLogarithms() {
        return new CrossEntropy(ignore, smoothing, true, weights);
    }

    /** With a weight for each class. */
    public CrossEntropy weights(double... classes) {
        return new CrossEntropy(
                ignore, smoothing, logarithms, Arrays.stream(classes).boxed().toList());
    }

    /** What a place of a class counts. */
    public double weight(int label) {
        return label == ignore ? 0 : weights.isEmpty() ? 1 : weights.get(label);
    }

    /** What the target says of a class. */
    public double target(boolean isLabel, int classes) {
        return (isLabel ? 1 - smoothing : 0) + smoothing / classes;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Sizes x = inputs.get(0);
        Check.rankAtLeast(this, x, 2);
        if (!weights.isEmpty() && weights.size() != x.dim(1)) {
            throw new IllegalArgumentException(weights.size() + " weights for the " + x.dim(1) + " classes of " + x);
        }
        int[] label = new int[x.rank() - 1];
        for (int i = 0; i < label.length; i++) {
            label[i] = x.dim(i == 0 ? 0 : i + 1);
        }
        Check.shape(this, inputs.get(1), Sizes.of(label));
        return Sizes.SCALAR;
    }
}
