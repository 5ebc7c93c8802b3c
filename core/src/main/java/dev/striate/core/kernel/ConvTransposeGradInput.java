package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link ConvTranspose} by x, which is a convolution. Operands: the result's gradient {@code [N, F, OH,
 * OW]} and the weight {@code [C, F, kh, kw]}.
 *
 * @param transpose the transposed convolution
 */
public record ConvTransposeGradInput(ConvTranspose transpose) implements Kernel {
    /** Of a transposed convolution. */
    public static ConvTransposeGradInput convTransposeGradInput(ConvTranspose transpose) {
        return new ConvTransposeGradInput(transpose);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rank(this, inputs.get(1), 4);
        return transpose.conv(inputs.get(1).dim(0)).output(inputs.subList(0, 1));
    }
}
