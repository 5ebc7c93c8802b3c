package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of pooling by the norm of each window: {@code g x / y}, 0 where y is 0. Operands: the result's gradient g
 * {@code [N, C, OH, OW]}, the input x {@code [N, C, H, W]} and the result y; result like the input.
 *
 * @param pool the pooling
 */
public record L2PoolGrad(Pool pool) implements Kernel {
    /** The gradient of {@code pool}. */
    public static L2PoolGrad l2PoolGrad(Pool pool) {
        return new L2PoolGrad(pool);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 3);
        Sizes y = pool.output(inputs.subList(1, 2));
        Check.shape(this, inputs.get(0), y);
        Check.shape(this, inputs.get(2), y);
        return inputs.get(1);
    }
}
