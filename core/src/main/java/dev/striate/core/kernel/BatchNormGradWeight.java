package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link BatchNorm} by its weight: the sum of {@code g * (x - mean) / sqrt(variance + eps)} over each
 * channel. Operands: the result's gradient g and x, both {@code [N, C, …]}; mean and variance, both {@code [C]}.
 *
 * @param eps added to the variance
 */
public record BatchNormGradWeight(double eps) implements Kernel {
    /** With a number that is added to the variance. */
    public static BatchNormGradWeight batchNormGradWeight(double eps) {
        return new BatchNormGradWeight(eps);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 4);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return Sizes.of(inputs.get(0).dim(1));
    }
}
