package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Local response normalization across channels (Krizhevsky et al. 2012): {@code x / (k + alpha / size * sum of squares)^beta}
 * of x {@code [N, C, …]}. The sum is over {@code size} channels around the own; of an even number, the odd one comes after
 * it. As in Caffe and ONNX alpha is divided by the size.
 *
 * @param size how many channels are added up
 * @param alpha the weight of their mean square
 * @param beta the exponent
 * @param k what is added
 */
public record Lrn(int size, double alpha, double beta, double k) implements Kernel {
    /** With all its numbers. */
    public static Lrn lrn(int size, double alpha, double beta, double k) {
        return new Lrn(size, alpha, beta, k);
    }

    /** How many channels before the own count. */
    public int before() {
        return (size - 1) / 2;
    }

    /** How many channels after the own count. */
    public int after() {
        return size / 2;
    }

    /** What is raised to the power, for a sum of squares. */
    public double base(double squares) {
        return k + alpha / size * squares;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        return inputs.get(0);
    }
}
