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

    /** The algorithm of a convolution of {@code x}, or of its input's gradient. */
    static ConvChoice of(Conv conv, Sizes x) {
        if (Simd.EXACT || !WinogradShape.fits(conv) || 2 * Math.min(x.dim(1), conv.filters()) < LANES) {
            return NONE;
        }
        Grid grid = Grid.of(conv.window(), x.dim(2), x.dim(3));
        return grid.outH() > 2 && grid.outW() > 2 ? WINOGRAD4 : WINOGRAD2;
    }

    /** The edge of a tile. */
    int tile() {
        return this == WINOGRAD4 ? 4 : 2;
    }
}
