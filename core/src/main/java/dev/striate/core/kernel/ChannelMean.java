package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/** The mean over all axes but the channels': {@code [N, C, …]} gives {@code [C]}. */
public record ChannelMean() implements Kernel {
    /** The only one there is. */
    public static ChannelMean channelMean() {
        return new ChannelMean();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        return Sizes.of(inputs.get(0).dim(1));
    }
}
