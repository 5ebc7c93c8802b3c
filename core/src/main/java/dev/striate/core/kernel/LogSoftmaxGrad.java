package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link LogSoftmax} with respect to its input, {@code g - exp(y) * sum_c(g)}. Operands: the result's
 * gradient g and the result y, both {@code [N, C, …]}; the result has the same shape.
 */
public record LogSoftmaxGrad() implements Kernel {
    /** The only one there is. */
    public static LogSoftmaxGrad logSoftmaxGrad() {
        return new LogSoftmaxGrad();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return inputs.get(0);
    }
}
