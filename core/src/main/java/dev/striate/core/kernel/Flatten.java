package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/** Joins all axes but the first, in row-major order: {@code [N, C, H, W]} gives {@code [N, C*H*W]}. */
public record Flatten() implements Kernel {
    /** The only one there is. */
    public static Flatten flatten() {
        return new Flatten();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), 1);
        return Sizes.of(inputs.get(0).dim(0), inputs.get(0).elementsFrom(1));
    }

    @Override
    public boolean isView() {
        return true;
    }
}
