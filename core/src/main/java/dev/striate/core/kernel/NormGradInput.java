package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link Norm} by x. Operands: the result's gradient and x, both {@code [N, C, …]}, and the weight
 * {@code [C]}.
 *
 * @param norm the normalization
 */
public record NormGradInput(Norm norm) implements Kernel {
    /** Of a normalization. */
    public static NormGradInput normGradInput(Norm norm) {
        return new NormGradInput(norm);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 3);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        Check.shape(this, inputs.get(2), Sizes.of(inputs.get(0).dim(1)));
        return inputs.get(0);
    }
}
