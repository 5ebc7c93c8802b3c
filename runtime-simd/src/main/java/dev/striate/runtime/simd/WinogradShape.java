package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Grid;

/**
 * A dense 3x3 convolution of stride 1 whose result is computed in square tiles of {@code m} x {@code m} pixels, each from
 * {@code m + 2} by {@code m + 2} pixels of the input (Lavin, Gray 2016). The tiles of a batch are numbered image by image
 * and row by row.
 *
 * @param images the batch
 * @param in channels of the input
 * @param out channels of the result
 * @param h rows of the input
 * @param w columns of the input
 * @param top rows of padding above
 * @param left columns of padding on the left
 * @param outH rows of the result
 * @param outW columns of the result
 * @param m the edge of a tile: 2 or 4
 */
record WinogradShape(int images, int in, int out, int h, int w, int top, int left, int outH, int outW, int m) {
    /** Whether a convolution is of the kind. */
    static boolean fits(Conv conv) {
        return conv.groups() == 1
                && conv.window().kernel().h() == 3
                && conv.window().kernel().w() == 3
                && conv.window().stride().h() == 1
                && conv.window().stride().w() == 1
                && conv.window().dilation().h() == 1
                && conv.window().dilation().w() == 1;
    }

    /** The convolution of an input of shape {@code x}. */
    static WinogradShape of(Conv conv, Sizes x, int m) {
        Grid g = Grid.of(conv.window(), x.dim(2), x.dim(3));
        return new WinogradShape(
                x.dim(0), x.dim(1), conv.filters(), g.h(), g.w(), g.top(), g.left(), g.outH(), g.outW(), m);
    }

    /** The convolution that gives the gradient of the input from that of the result: by the rotated, transposed weight. */
    WinogradShape ofInputGradient() {
        return new WinogradShape(images, out, in, outH, outW, 2 - top, 2 - left, h, w, m);
    }

    /** The edge of what a tile is computed from. */
    int edge() {
        return m + 2;
    }

    /** The products of a tile and a pair of channels. */
    int products() {
        return edge() * edge();
    }

    int tilesInRow() {
        return Math.ceilDiv(outW, m);
    }

    int tilesInColumn() {
        return Math.ceilDiv(outH, m);
    }

    /** The tiles of the batch. */
    int tiles() {
        return images * tilesInColumn() * tilesInRow();
    }

    /** How many tiles from a given one on stand side by side, of so many. */
    int sideBySide(int tile, int most) {
        return Math.min(most, tilesInRow() - tile % tilesInRow());
    }

    /** The image of a tile. */
    int image(int tile) {
        return tile / tilesInRow() / tilesInColumn();
    }

    /** The first row of the result in a tile. */
    int row(int tile) {
        return tile / tilesInRow() % tilesInColumn() * m;
    }

    /** The first column of the result in a tile. */
    int column(int tile) {
        return tile % tilesInRow() * m;
    }

    /** Blocks of channels of the input. */
    int inBlocks() {
        return Math.ceilDiv(in, LANES);
    }

    /** Blocks of channels of the result. */
    int outBlocks() {
        return Math.ceilDiv(out, LANES);
    }
}
