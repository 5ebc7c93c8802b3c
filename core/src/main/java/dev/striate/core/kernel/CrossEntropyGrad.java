package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link CrossEntropy} with respect to the logits, {@code g * (softmax(x) - target) / places}, weighted
 * as the loss is; without the softmax for logarithms; 0 at places that do not count. Operands: the loss's gradient g (a scalar), the logits {@code [N, K, …]}, the class indices
 * {@code [N, …]}.
 *
 * @param loss the loss
 */
public record CrossEntropyGrad(CrossEntropy loss) implements Kernel {
    /** Of the plain loss. */
    public static CrossEntropyGrad crossEntropyGrad() {
        return new CrossEntropyGrad(CrossEntropy.crossEntropy());
    }

    /** Of a loss. */
    public static CrossEntropyGrad crossEntropyGrad(CrossEntropy loss) {
        return new CrossEntropyGrad(loss);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 3);
        Check.shape(this, inputs.get(0), loss.output(inputs.subList(1, 3)));
        return inputs.get(1);
    }
}
