package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of a fully connected layer with respect to its input. Operands: the output's gradient
 * {@code [N, units]} and the weight {@code [units, C]}; result {@code [N, C]}.
 */
public record FcGradInput() implements Kernel {
    /** The only one there is. */
    public static FcGradInput fcGradInput() {
        return new FcGradInput();
    }

    @Override
    public int dataOperands() {
        return 2;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rank(this, inputs.get(0), 2);
        Check.rank(this, inputs.get(1), 2);
        Check.shape(
                this,
                inputs.get(0),
                Sizes.of(inputs.get(0).dim(0), inputs.get(1).dim(0)));
        return Sizes.of(inputs.get(0).dim(0), inputs.get(1).dim(1));
    }
}
