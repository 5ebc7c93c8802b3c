package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link BatchNorm} by x {@code [N, C, …]}. With running statistics, which are numbers, the operands are
 * the result's gradient, weight and variance. With those of the batch, which depend on x, they are the result's gradient,
 * x, its moments {@code [2, C]}, weight, and the {@link BatchNormGradSums} {@code [2, C]}.
 *
 * @param norm the normalization
 */
public record BatchNormGradInput(BatchNorm norm) implements Kernel {
    /** Of a normalization. */
    public static BatchNormGradInput batchNormGradInput(BatchNorm norm) {
        return new BatchNormGradInput(norm);
    }

    @Override
    public int dataOperands() {
        return norm.ofBatch() ? 5 : 3;
    }

    /** The element of the result depends on those of its own place, and on numbers of its channel. */
    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, dataOperands());
        Check.rankAtLeast(this, inputs.get(0), 2);
        return inputs.get(0);
    }
}
