package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Pooling without a sliding window: of whole maps, {@code [N, C, H, W]} to {@code [N, C]}, or of {@code pieces}
 * neighbouring channels, {@code [N, C, …]} to {@code [N, C / pieces, …]}.
 *
 * @param kind what is taken of the elements
 * @param pieces how many channels are pooled; 0 for whole maps
 */
public record LinePool(Kind kind, int pieces) implements Kernel {
    /** What is taken of the elements. */
    public enum Kind {
        /** The largest. The first of equals gets the gradient; NaN is larger than any number. */
        MAX,
        /** The mean. */
        AVERAGE,
        /** The square root of the sum of squares; where that is 0, so is the gradient. */
        L2
    }

    /** The mean of each map (Lin et al. 2014). */
    public static LinePool globalAvgPool() {
        return new LinePool(Kind.AVERAGE, 0);
    }

    /** The largest element of each map. */
    public static LinePool globalMaxPool() {
        return new LinePool(Kind.MAX, 0);
    }

    /** The largest of neighbouring channels (Goodfellow et al. 2013). */
    public static LinePool maxout(int pieces) {
        return new LinePool(Kind.MAX, pieces);
    }

    /** The norm of neighbouring channels. */
    public static LinePool channelL2Pool(int pieces) {
        return new LinePool(Kind.L2, pieces);
    }

    /** What is pooled: one line for each element of the result, in its order. */
    public Lines lines(Sizes x) {
        return pieces == 0
                ? new Lines(x.dim(0) * x.dim(1), x.elementsFrom(2), 1)
                : new Lines(x.dim(0) * (x.dim(1) / pieces), pieces, x.elementsFrom(2));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.rankAtLeast(this, x, pieces == 0 ? 3 : 2);
        if (pieces == 0) {
            return Sizes.of(x.dim(0), x.dim(1));
        }
        if (x.dim(1) % pieces != 0) {
            throw new IllegalArgumentException(x.dim(1) + " channels do not fall into pieces of " + pieces);
        }
        int[] dims = x.toArray();
        dims[1] /= pieces;
        return Sizes.of(dims);
    }
}
