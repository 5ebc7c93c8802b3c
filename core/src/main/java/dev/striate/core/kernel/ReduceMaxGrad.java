package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of the largest element along axes: the first of equals in row-major order, or the first NaN, gets it.
 * Operands: the result's gradient and the input, whose shape comes out.
 *
 * @param of the reduction
 */
public record ReduceMaxGrad(Reduce of) implements Kernel {
    /** Of a reduction. */
    public static ReduceMaxGrad reduceMaxGrad(Reduce of) {
        return new ReduceMaxGrad(of);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.shape(this, inputs.get(0), of.output(List.of(inputs.get(1))));
        return inputs.get(1);
    }
}
