package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The centre of a feature map {@code [N, C, H, W]}, as high and wide as another's, whose elements do not matter. Where the
 * difference is odd, one more row or column is lost at the bottom or right.
 */
public record Crop() implements Kernel {
    /** The only one there is. */
    public static Crop crop() {
        return new Crop();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 2);
        Sizes x = inputs.get(0);
        Sizes like = inputs.get(1);
        Check.rank(this, x, 4);
        Check.rank(this, like, 4);
        if (like.dim(2) > x.dim(2) || like.dim(3) > x.dim(3)) {
            throw new IllegalArgumentException("cannot crop " + x + " to the larger " + like);
        }
        return Sizes.of(x.dim(0), x.dim(1), like.dim(2), like.dim(3));
    }

    /** Where the result begins on every axis of {@code x}. */
    public int[] start(Sizes x, Sizes like) {
        return new int[] {0, 0, (x.dim(2) - like.dim(2)) / 2, (x.dim(3) - like.dim(3)) / 2};
    }
}
