package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link Quadratic} with respect to its first operand, {@code g * (y - t) / N}; the second's is the
 * same with y and t exchanged. Operands: the loss's gradient g (a scalar), y and t {@code [N, …]}; result like y.
 */
public record QuadraticGrad() implements Kernel {
    /** The only one there is. */
    public static QuadraticGrad quadraticGrad() {
        return new QuadraticGrad();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 3);
        Check.shape(this, inputs.get(0), Sizes.SCALAR);
        Check.rankAtLeast(this, inputs.get(1), 1);
        Check.shape(this, inputs.get(2), inputs.get(1));
        return inputs.get(1);
    }
}
