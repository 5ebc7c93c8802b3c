package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link CrossEntropy} with respect to the logits, {@code g * (softmax(x) - onehot(label)) / N}.
 * Operands: the loss's gradient g (a scalar), logits {@code [N, K]}, class indices {@code [N]}; result {@code [N, K]}.
 */
public record CrossEntropyGrad() implements Kernel {
    /** The only one there is. */
    public static CrossEntropyGrad crossEntropyGrad() {
        return new CrossEntropyGrad();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        return inputs.get(1);
    }
}
