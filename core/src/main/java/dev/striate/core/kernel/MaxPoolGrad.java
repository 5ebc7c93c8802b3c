package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of maximum pooling with respect to its input. Operands: the output's gradient {@code [N, C, OH, OW]} and
 * the input {@code [N, C, H, W]}; result like the input. The first of equal maxima in row-major order gets it all (the
 * first NaN where there is one); a window wholly in the padding passes nothing on.
 *
 * @param pool the pooling
 */
public record MaxPoolGrad(Pool pool) implements Kernel {
    /** The gradient of {@code pool}. */
    public static MaxPoolGrad maxPoolGrad(Pool pool) {
        return new MaxPoolGrad(pool);
    }

    @Override
    public int dataOperands() {
        return 2;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(0), pool.output(inputs.subList(1, 2)));
        return inputs.get(1);
    }
}
