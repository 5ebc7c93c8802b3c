package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The gradient of {@link Upsample}: each pixel gets what the result's gradient has where it counted. {@code [N, C, H*h, W*w]}
 * gives {@code [N, C, H, W]}.
 *
 * @param of the enlargement
 */
public record UpsampleGrad(Upsample of) implements Kernel {
    /** Of an enlargement. */
    public static UpsampleGrad upsampleGrad(Upsample of) {
        return new UpsampleGrad(of);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes g = inputs.get(0);
        Check.rank(this, g, 4);
        Sizes x = Sizes.of(g.dim(0), g.dim(1), g.dim(2) / of.h(), g.dim(3) / of.w());
        Check.shape(this, g, of.output(List.of(x)));
        return x;
    }
}
