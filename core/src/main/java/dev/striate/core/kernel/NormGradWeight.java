package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link Norm} by its weight, {@code [C]}. Operands: the result's gradient and x, both {@code [N, C, …]}.
 *
 * @param norm the normalization
 */
public record NormGradWeight(Norm norm) implements Kernel {
    /** Of a normalization. */
    public static NormGradWeight normGradWeight(Norm norm) {
        return new NormGradWeight(norm);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return Sizes.of(inputs.get(0).dim(1));
    }
}
