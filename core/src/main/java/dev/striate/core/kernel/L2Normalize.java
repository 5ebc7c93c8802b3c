package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * {@code x / max(‖x‖, eps)} along the channels of x {@code [N, C, …]}, at each place.
 *
 * @param eps the least number that is divided by
 */
public record L2Normalize(double eps) implements Kernel {
    /** With a least number that is divided by. */
    public static L2Normalize l2Normalize(double eps) {
        return new L2Normalize(eps);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 2);
        return inputs.get(0);
    }
}
