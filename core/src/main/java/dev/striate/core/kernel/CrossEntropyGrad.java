package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link CrossEntropy} with respect to the logits, {@code g * (softmax(x) - onehot(label)) / N}.
 * Operands: the loss's gradient g (a scalar), logits {@code [N, K]}, class indices {@code [N]}; result {@code [N, K]}.
 * An index outside {@code 0..K-1} is an error at run time that names the sample.
 */
public record CrossEntropyGrad() implements Kernel {
    /** The only one there is. */
    public static CrossEntropyGrad crossEntropyGrad() {
        return new CrossEntropyGrad();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 3);
        Check.shape(this, inputs.get(0), Sizes.SCALAR);
        Check.rank(this, inputs.get(1), 2);
        Check.shape(this, inputs.get(2), Sizes.of(inputs.get(1).dim(0)));
        return inputs.get(1);
    }
}
