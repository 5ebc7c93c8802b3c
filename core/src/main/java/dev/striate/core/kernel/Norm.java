package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;

/**
 * Normalization of each sample by itself: {@code (x - mean) / sqrt(variance + eps) * weight + bias} of x
 * {@code [N, C, …]}, with the mean and the biased variance of the channels at one place (layer normalization, Ba et al.
 * 2016, as in ConvNeXt), or of a group of channels with all places (Wu and He 2018; with one channel a group: instance
 * normalization, Ulyanov et al. 2016). It owns weight and bias, both {@code [C]}.
 *
 * @param groups the groups of channels; 0 for the channels at one place, -1 for every channel by itself
 * @param eps added to the variance
 */
public record Norm(int groups, double eps) implements Kernel {
    /** Over the channels at each place. */
    public static Norm layerNorm(double eps) {
        return new Norm(0, eps);
    }

    /** Over groups of channels. */
    public static Norm groupNorm(int groups, double eps) {
        return new Norm(groups, eps);
    }

    /** Over each channel. */
    public static Norm instanceNorm(double eps) {
        return new Norm(-1, eps);
    }

    /** What is normalized together. */
    public Lines lines(Sizes x) {
        return groups == 0 ? Lines.alongChannels(x) : Lines.ofGroups(x, groups < 0 ? x.dim(1) : groups);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.rankAtLeast(this, x, 2);
        if (groups > 0 && x.dim(1) % groups != 0) {
            throw new IllegalArgumentException(groups + " groups do not divide " + x.dim(1) + " channels");
        }
        return x;
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        Sizes channels = Sizes.of(inputs.get(0).dim(1));
        return List.of(new Parameter("weight", channels, Init.ones()), new Parameter("bias", channels, Init.zeros()));
    }
}
