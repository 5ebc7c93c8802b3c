package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Softmax cross-entropy: logits {@code [N, K]} and class indices {@code [N]} give the scalar mean over the batch of
 * {@code log(sum exp(x)) - x_label}. The maximum is subtracted first, so that no exponential overflows.
 * An index outside {@code 0..K-1} is an error at run time that names the sample.
 */
public record CrossEntropy() implements Kernel {
    /** The only one there is. */
    public static CrossEntropy crossEntropy() {
        return new CrossEntropy();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rank(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), Sizes.of(inputs.get(0).dim(0)));
        return Sizes.SCALAR;
    }
}
