package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The mean squared distance from the mean, over all axes but the channels': {@code [N, C, …]} and the mean {@code [C]}
 * give {@code [C]}. This is the biased variance; that of a single element is 0.
 */
public record ChannelVariance() implements Kernel {
    /** The only one there is. */
    public static ChannelVariance channelVariance() {
        return new ChannelVariance();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), Sizes.of(inputs.get(0).dim(1)));
        return inputs.get(1);
    }
}
