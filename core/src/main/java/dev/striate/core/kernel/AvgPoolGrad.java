package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of average pooling with respect to its input. Operand: the output's gradient {@code [N, C, OH, OW]};
 * result {@code [N, C, H, W]}.
 *
 * @param pool the pooling
 * @param shape the shape of its input, which the output alone does not tell
 */
public record AvgPoolGrad(Pool pool, Sizes shape) implements Kernel {
    /** The gradient of {@code pool} with respect to an input of shape {@code [n, c, h, w]}. */
    public static AvgPoolGrad avgPoolGrad(Pool pool, int... shape) {
        return new AvgPoolGrad(pool, Sizes.of(shape));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.shape(this, inputs.get(0), pool.output(List.of(shape)));
        return shape;
    }
}
