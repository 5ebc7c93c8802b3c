package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradients of {@link BatchNorm} by its weight and its bias in one pass, {@code [2, C]}: the sums of {@code g * (x -
 * mean) / sqrt(variance + eps)} over each channel, then those of g. Operands: the result's gradient g and x, both
 * {@code [N, C, …]}; then the statistics: the moments {@code [2, C]} of the batch, or the running mean and variance, both
 * {@code [C]}.
 *
 * @param norm the normalization
 */
public record BatchNormGradSums(BatchNorm norm) implements Kernel {
    /** Of a normalization. */
    public static BatchNormGradSums batchNormGradSums(BatchNorm norm) {
        return new BatchNormGradSums(norm);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, norm.ofBatch() ? 3 : 4);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return Sizes.of(2, inputs.get(0).dim(1));
    }
}
