package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link LinePool} by its input. Operands: the result's gradient, and the input x.
 *
 * @param pool the pooling
 */
public record LinePoolGrad(LinePool pool) implements Kernel {
    /** Of a pooling. */
    public static LinePoolGrad linePoolGrad(LinePool pool) {
        return new LinePoolGrad(pool);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(0), pool.output(inputs.subList(1, 2)));
        return inputs.get(1);
    }
}
