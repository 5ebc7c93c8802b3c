package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link Lrn} by its input. Operands: the result's gradient and x, both {@code [N, C, …]}.
 *
 * @param lrn the normalization
 */
public record LrnGrad(Lrn lrn) implements Kernel {
    /** Of a normalization. */
    public static LrnGrad lrnGrad(Lrn lrn) {
        return new LrnGrad(lrn);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return inputs.get(0);
    }
}
