package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The new value of a running statistic, {@code (1 - momentum) * running + momentum * factor * batch}. Operands: the
 * running statistic {@code [C]} and the {@link ChannelMoments} {@code [2, C]} of the batch.
 *
 * @param row which of the moments it follows: 0 for the mean, 1 for the variance
 * @param momentum the weight of the batch
 * @param factor 1 for a mean; what makes the variance of the batch unbiased for a variance
 */
public record Running(int row, double momentum, double factor) implements Kernel {
    /** A running mean. */
    public static Running running(double momentum) {
        return new Running(0, momentum, 1);
    }

    /** A running variance: that of {@code count} elements, times {@code count / (count - 1)}; of one element as it is. */
    public Running varianceOf(int count) {
        return new Running(1, momentum, count == 1 ? 1 : count / (count - 1.0));
    }

    /** The new value of one element. */
    public double next(double running, double batch) {
        return (1 - momentum) * running + momentum * factor * batch;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(1), Sizes.of(2, inputs.get(0).elements()));
        return inputs.get(0);
    }
}
