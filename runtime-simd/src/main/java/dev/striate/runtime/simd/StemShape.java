package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Grid;

/**
 * The convolution that ResNets, GoogLeNet and DenseNets begin with (their stem): by 7x7 windows of stride 2, over images of
 * three channels. Even and odd rows and columns of an image are channels of their own here, pixels of which lie at every
 * second row and column; on these, it is a convolution of stride 1 by windows of 4x4, and is done by Winograd's F(5, 4)
 * (Lavin, Gray 2016): 5x5 pixels of the result from 8x8 such places. The tiles of an image are rows and columns of them.
 *
 * @param images the batch
 * @param out channels of the result
 * @param h rows of the input
 * @param w columns of the input
 * @param top rows of padding above
 * @param left columns of padding on the left
 * @param outH rows of the result
 * @param outW columns of the result
 */
record StemShape(int images, int out, int h, int w, int top, int left, int outH, int outW) {
    /** Channels of an image. */
    static final int CHANNELS = 3;

    /** The edge of a window. */
    static final int WINDOW = 7;

    /** Channels and rows' parities of an image: what lies side by side in rows. */
    static final int ROWS = 2 * CHANNELS;

    /** What a place has: {@code [2, CHANNELS, 2]}, by the parities of its row and its column. */
    static final int PLACE = 2 * ROWS;

    /** The edge of a tile. */
    static final int M = 5;

    /** The edge of what a tile is computed from, in places. */
    static final int EDGE = 8;

    /** The products of a tile and a pair of channels. */
    static final int PRODUCTS = EDGE * EDGE;

    /** Whether the machine has registers enough, and lanes for one place and no second. */
    static final boolean FIT = LANES == 16;

    /** Whether a convolution is of the kind. */
    static boolean fits(Conv conv, Sizes x) {
        return FIT
                && conv.groups() == 1
                && conv.window().kernel().h() == WINDOW
                && conv.window().kernel().w() == WINDOW
                && conv.window().stride().h() == 2
                && conv.window().stride().w() == 2
                && conv.window().dilation().h() == 1
                && conv.window().dilation().w() == 1
                && conv.filters() % (2 * LANES) == 0
                && x.dim(1) == CHANNELS
                && x.dim(3) >= LANES;
    }

    /** The convolution of an input of shape {@code x}. */
    static StemShape of(Conv conv, Sizes x) {
        Grid g = Grid.of(conv.window(), x.dim(2), x.dim(3));
        return new StemShape(x.dim(0), conv.filters(), g.h(), g.w(), g.top(), g.left(), g.outH(), g.outW());
    }

    int tilesInRow() {
        return Math.ceilDiv(outW, M);
    }

    int tilesInColumn() {
        return Math.ceilDiv(outH, M);
    }

    /** Pairs of blocks of channels of the result. */
    int pairs() {
        return out / (2 * LANES);
    }
}
