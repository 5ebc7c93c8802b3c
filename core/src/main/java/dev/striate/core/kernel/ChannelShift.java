package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;

/**
 * What batch normalization by running statistics adds to each scaled channel: {@code bias - running_mean * scale}, of
 * shape {@code [1, C]}. Its operand is the scale {@code [1, C]} of {@link ChannelScale}; it owns bias and running_mean of
 * the normalization.
 */
public record ChannelShift() implements Kernel {
    /** See {@link ChannelShift}. */
    public static ChannelShift channelShift() {
        return new ChannelShift();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rank(this, inputs.get(0), 2);
        return inputs.get(0);
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        Sizes shape = Sizes.of(inputs.get(0).dim(1));
        return List.of(
                new Parameter("bias", shape, Init.zeros()), Parameter.state("running_mean", shape, Init.zeros()));
    }
}
