package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;

/**
 * Batch normalization (Ioffe and Szegedy 2015): {@code (x - mean) / sqrt(variance + eps) * weight + bias} for each channel
 * of x {@code [N, C, …]}. It owns weight, bias, running_mean and running_var, all {@code [C]}. In inference the running
 * statistics are used. In training the mean and the variance of the batch are: its {@link ChannelMoments} are then the
 * operand behind x.
 *
 * @param eps added to the variance
 * @param ofBatch whether the statistics are those of the batch
 */
public record BatchNorm(double eps, boolean ofBatch) implements Kernel {
    /** By running statistics. */
    public static BatchNorm batchNorm(double eps) {
        return new BatchNorm(eps, false);
    }

    /** By the statistics of the batch. */
    public BatchNorm withBatch() {
        return new BatchNorm(eps, true);
    }

    @Override
    public int dataOperands() {
        return ofBatch ? 2 : 1;
    }

    /** The element of the result depends on that of x at its own place, and on numbers of its channel. */
    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, dataOperands());
        Sizes x = inputs.get(0);
        Check.rankAtLeast(this, x, 2);
        if (ofBatch) {
            Check.shape(this, inputs.get(1), Sizes.of(2, x.dim(1)));
        }
        return x;
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        Sizes channels = Sizes.of(inputs.get(0).dim(1));
        return List.of(
                new Parameter("weight", channels, Init.ones()),
                new Parameter("bias", channels, Init.zeros()),
                Parameter.state("running_mean", channels, Init.zeros()),
                Parameter.state("running_var", channels, Init.ones()));
    }
}
