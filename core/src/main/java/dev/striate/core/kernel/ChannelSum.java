package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The sum over all axes but the channels': {@code [N, C, …]} gives {@code [C]}. The gradient of a bias.
 */
public record ChannelSum() implements Kernel {
    /** The only one there is. */
    public static ChannelSum channelSum() {
        return new ChannelSum();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        return Sizes.of(inputs.get(0).dim(1));
    }
}
