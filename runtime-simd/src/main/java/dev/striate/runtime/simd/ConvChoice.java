package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Grid;

/** The algorithms of convolutions. Which one is used follows from shapes alone, because they round differently. */
enum ConvChoice {
    /** Winograd's F(4, 3). */
    WINOGRAD4,
    /** Winograd's F(2, 3). */
    WINOGRAD2,
    /** None of this module. */
    NONE;

    /** Operations in the time that it takes to read a weight, which is in no cache when its turn comes. */
    private static final long OPERATIONS_PER_WEIGHT = 40;

    /** The algorithm of a convolution of {@code x}, or of its input's gradient. */
    static ConvChoice of(Conv conv, Sizes x) {
        if (Simd.EXACT || !WinogradShape.fits(conv) || 2 * Math.min(x.dim(1), conv.filters()) < LANES) {
            return NONE;
        }
        long[] costs = {cost(conv, x, 4), cost(conv, x, 2), directCost(conv, x)};
        if (costs[2] < Math.min(costs[0], costs[1])) {
            return NONE;
        }
        return costs[0] <= costs[1] ? WINOGRAD4 : WINOGRAD2;
    }

    /** What tiles of m x m outputs cost, in operations: those on factors, and reading the factors of the weights. */
    private static long cost(Conv conv, Sizes x, int m) {
        Grid grid = Grid.of(conv.window(), x.dim(2), x.dim(3));
        long tiles = (long) x.dim(0) * Math.ceilDiv(grid.outH(), m) * Math.ceilDiv(grid.outW(), m);
        long operations = m == 4 ? 2 : 3; // small tiles spend more of their time on transforms
        long factors = (long) (m + 2) * (m + 2) * x.dim(1) * conv.filters();
        return factors * (operations * tiles + OPERATIONS_PER_WEIGHT);
    }

    /** What plain sums cost: their loops do half as much in the same time as products of factors. */
    private static long directCost(Conv conv, Sizes x) {
        Grid grid = Grid.of(conv.window(), x.dim(2), x.dim(3));
        long weights = (long) grid.kernelArea() * x.dim(1) * conv.filters();
        return weights * (4L * x.dim(0) * grid.outArea() + OPERATIONS_PER_WEIGHT);
    }

    /** The edge of a tile. */
    int tile() {
        return this == WINOGRAD4 ? 4 : 2;
    }
}
