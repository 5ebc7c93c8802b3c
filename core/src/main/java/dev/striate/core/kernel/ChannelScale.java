package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;

/**
 * What batch normalization by running statistics multiplies each channel with: {@code weight / sqrt(running_var + eps)},
 * of shape {@code [1, C]}. It takes no data, and owns weight and running_var of the normalization.
 *
 * @param channels C
 * @param eps added to the variance
 */
public record ChannelScale(int channels, double eps) implements Kernel {
    /** See {@link ChannelScale}. */
    public static ChannelScale channelScale(int channels, double eps) {
        return new ChannelScale(channels, eps);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 0);
        return Sizes.of(1, channels);
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        Sizes shape = Sizes.of(channels);
        return List.of(new Parameter("weight", shape, Init.ones()), Parameter.state("running_var", shape, Init.ones()));
    }
}
