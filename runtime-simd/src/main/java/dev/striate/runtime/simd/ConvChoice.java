package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;

/** The algorithms of convolutions. Which one is used follows from shapes alone, because they round differently. */
enum ConvChoice {
    /** Winograd's F(4, 3). */
    WINOGRAD4,
    /** Winograd's F(2, 3). */
    WINOGRAD2,
    /** Winograd's F(5, 4) over the places of an image: {@link StemShape}. Of forward convolutions only. */
    STEM,
    /** None of this module. */
    NONE;

    /** Multiplications with additions that a core does in a nanosecond. */
    private static final double PRODUCTS = 130;

    /** Bytes of a weight that a core reads in a nanosecond: from memory, since a net's weights together fit in no cache. */
    private static final double BANDWIDTH = 13;

    /** Vectors that a core transforms in a nanosecond. */
    private static final double VECTORS = 1.2;

    /** The algorithm of a convolution of {@code x}. */
    static ConvChoice forward(Conv conv, Sizes x) {
        return isStem(conv, x) ? STEM : of(conv, x);
    }

    private static boolean isStem(Conv conv, Sizes x) {
        return !Simd.EXACT && StemShape.fits(conv, x);
    }

    /** The algorithm of a gradient of a convolution of {@code x}, or of one that is no {@link #STEM}. */
    static ConvChoice of(Conv conv, Sizes x) {
        if (!isWinograd(conv, x)) {
            return NONE;
        }
        double large = nanos(WinogradShape.of(conv, x, 4));
        double small = nanos(WinogradShape.of(conv, x, 2));
        return large <= small ? WINOGRAD4 : WINOGRAD2;
    }

    /** Whether Winograd's filtering can do it, and blocks are not mostly padding. */
    private static boolean isWinograd(Conv conv, Sizes x) {
        return !Simd.EXACT && WinogradShape.fits(conv) && 2 * Math.min(x.dim(1), conv.filters()) >= LANES;
    }

    /** This one where it can be, else none. */
    ConvChoice where(Conv conv, Sizes x) {
        boolean can = this == STEM ? isStem(conv, x) : isWinograd(conv, x);
        return can ? this : NONE;
    }

    /**
     * What Winograd's filtering takes on one core: the products; reading the weight, which decides where few tiles share many
     * channels; and the transforms.
     */
    private static double nanos(WinogradShape shape) {
        double pairs = (double) shape.inBlocks() * shape.outBlocks() * LANES * LANES * shape.products();
        double reading = pairs * Float.BYTES / BANDWIDTH;
        double vectors = (double) shape.tiles() * (shape.inBlocks() + shape.outBlocks()) * shape.products();
        return pairs * shape.tiles() / PRODUCTS + reading + vectors / VECTORS;
    }

    /** The edge of a tile. */
    int tile() {
        return this == WINOGRAD4 ? 4 : 2;
    }
}
