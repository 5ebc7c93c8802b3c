package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link L2Normalize}: {@code (g - y * sum(g * y)) / ‖x‖}, or {@code g / eps} where the norm is below
 * {@code eps}. Operands: the result's gradient g and x, both {@code [N, C, …]}.
 *
 * @param eps the least number that is divided by
 */
public record L2NormalizeGrad(double eps) implements Kernel {
    /** With a least number that is divided by. */
    public static L2NormalizeGrad l2NormalizeGrad(double eps) {
        return new L2NormalizeGrad(eps);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Check.rankAtLeast(this, inputs.get(0), 2);
        Check.shape(this, inputs.get(1), inputs.get(0));
        return inputs.get(0);
    }
}
