package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of a convolution with respect to its input. Operands: the output's gradient {@code [N, F, OH, OW]} and
 * the weight {@code [F, C/groups, kh, kw]}; result {@code [N, C, H, W]}.
 *
 * @param conv the convolution
 * @param shape the shape of its input, which the output alone does not tell
 */
public record ConvGradInput(Conv conv, Sizes shape) implements Kernel {
    /** The gradient of {@code conv} with respect to an input of shape {@code [n, c, h, w]}. */
    public static ConvGradInput convGradInput(Conv conv, int... shape) {
        return new ConvGradInput(conv, Sizes.of(shape));
    }

    @Override
    public int dataOperands() {
        return 2;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(0), conv.output(List.of(shape)));
        Check.shape(this, inputs.get(1), conv.weightShape(shape.dim(1)));
        return shape;
    }
}
