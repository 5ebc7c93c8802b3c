package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Softmax cross-entropy: logits {@code [N, K]} and class indices {@code [N]} give the scalar mean over the batch of
 * {@code log(sum exp(x)) - x_label}. The maximum is subtracted first, so that no exponential overflows.
 */
public record CrossEntropy() implements Kernel {
    /** The only one there is. */
    public static CrossEntropy crossEntropy() {
        return new CrossEntropy();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        return Sizes.SCALAR;
    }
}
