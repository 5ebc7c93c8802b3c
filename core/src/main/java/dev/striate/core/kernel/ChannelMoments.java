package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Mean and variance over all axes but the channels', in one pass: {@code [N, C, …]} gives {@code [2, C]}, the means and
 * then the variances. These are the biased ones, the mean squared distances from the mean; that of a single element is 0.
 */
public record ChannelMoments() implements Kernel {
    /** The only one there is. */
    public static ChannelMoments channelMoments() {
        return new ChannelMoments();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        return Sizes.of(2, inputs.get(0).dim(1));
    }
}
