package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link AdaptiveAvgPool} by its input: every element of a box gets its share. Operand: the result's
 * gradient.
 *
 * @param pool the pooling
 * @param shape the shape of its input, which the result alone does not tell
 */
public record AdaptiveAvgPoolGrad(AdaptiveAvgPool pool, Sizes shape) implements Kernel {
    /** The gradient by an input of shape {@code [n, c, h, w]}. */
    public static AdaptiveAvgPoolGrad adaptiveAvgPoolGrad(AdaptiveAvgPool pool, int... shape) {
        return new AdaptiveAvgPoolGrad(pool, Sizes.of(shape));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.shape(this, inputs.get(0), pool.output(List.of(shape)));
        return shape;
    }
}
