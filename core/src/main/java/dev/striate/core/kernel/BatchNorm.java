package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import java.util.List;

/**
 * Batch normalization (Ioffe and Szegedy 2015): {@code (x - mean) / sqrt(variance + eps) * weight + bias} for each channel
 * of x {@code [N, C, …]}. It owns weight, bias, running_mean and running_var, all {@code [C]}. In inference the running
 * statistics are used. In training the mean and the variance of the batch are: they are then operands behind x.
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

    /** Which operand is the mean; the variance follows it. */
    public int mean() {
        return ofBatch ? 1 : 3;
    }

    /** Which operand is the weight; the bias follows it. */
    public int weight() {
        return ofBatch ? 3 : 1;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, ofBatch ? 3 : 1);
        Sizes x = inputs.get(0);
        Check.rankAtLeast(this, x, 2);
        for (Sizes statistic : inputs.subList(1, inputs.size())) {
            Check.shape(this, statistic, Sizes.of(x.dim(1)));
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
