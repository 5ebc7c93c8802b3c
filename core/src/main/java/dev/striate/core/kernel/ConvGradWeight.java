package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of a convolution with respect to its weight. Operands: the output's gradient {@code [N, F, OH, OW]} and
 * the input {@code [N, C, H, W]}; result {@code [F, C/groups, kh, kw]}.
 *
 * @param conv the convolution
 */
public record ConvGradWeight(Conv conv) implements Kernel {
    /** The gradient of {@code conv} with respect to its weight. */
    public static ConvGradWeight convGradWeight(Conv conv) {
        return new ConvGradWeight(conv);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(0), conv.output(inputs.subList(1, 2)));
        return conv.weightShape(inputs.get(1).dim(1));
    }
}
