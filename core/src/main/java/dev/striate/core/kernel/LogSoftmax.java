package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * {@code x_c - log sum exp(x)} over axis 1, the classes: {@code [N, C, …]} to the same shape. The maximum is subtracted
 * first, so that no exponential overflows and nothing is the logarithm of 0.
 */
public record LogSoftmax() implements Kernel {
    /** The only one there is. */
    public static LogSoftmax logSoftmax() {
        return new LogSoftmax();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        return inputs.get(0);
    }
}
