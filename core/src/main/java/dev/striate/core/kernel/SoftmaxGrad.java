package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link Softmax} with respect to its input, {@code y * (g - sum_c(g * y))}. Operands: the result's
 * gradient g and the result y, both {@code [N, C, …]}; the result has the same shape.
 */
public record SoftmaxGrad() implements Kernel {
    /** The only one there is. */
    public static SoftmaxGrad softmaxGrad() {
        return new SoftmaxGrad();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return inputs.get(0);
    }
}
