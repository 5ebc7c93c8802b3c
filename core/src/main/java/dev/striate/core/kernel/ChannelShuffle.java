package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Deals the channels of {@code groups} groups out in turn: channel {@code i * C / groups + j} of {@code [N, C, …]} becomes
 * channel {@code j * groups + i} (Zhang, Zhou, Lin, Sun 2018).
 *
 * @param groups how many groups, which divides C
 */
public record ChannelShuffle(int groups) implements Kernel {
    /** Of some groups. */
    public static ChannelShuffle channelShuffle(int groups) {
        return new ChannelShuffle(groups);
    }

    /** Which channel of {@code channels} becomes channel {@code c}. */
    public int source(int c, int channels) {
        return c % groups * (channels / groups) + c / groups;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        if (inputs.get(0).dim(1) % groups != 0) {
            throw new IllegalArgumentException(groups + " groups do not divide the channels of " + inputs.get(0));
        }
        return inputs.get(0);
    }
}
