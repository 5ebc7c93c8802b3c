package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Grid;

/**
 * A convolution, or the gradient of one by its input, as sums over steps: a step is one channel of the source and one
 * tap of the window.
 *
 * @param images the batch
 * @param groups the groups of channels
 * @param in channels of the source in a group
 * @param out channels of the output in a group
 * @param kernelW columns of the kernel
 * @param area elements of the kernel in one channel
 * @param transposed whether the weight has the output's channels on its second axis: of a gradient
 * @param rows the axis H
 * @param columns the axis W
 */
record DirectSums(
        int images,
        int groups,
        int in,
        int out,
        int kernelW,
        int area,
        boolean transposed,
        DirectAxis rows,
        DirectAxis columns) {
    /** A convolution of an input of shape {@code [N, C, H, W]}. */
    static DirectSums forward(Conv conv, Sizes x) {
        Grid grid = Grid.of(conv.window(), x.dim(2), x.dim(3));
        return new DirectSums(
                x.dim(0),
                conv.groups(),
                x.dim(1) / conv.groups(),
                conv.filters() / conv.groups(),
                grid.kernelW(),
                grid.kernelArea(),
                false,
                DirectAxis.forward(grid, 0),
                DirectAxis.forward(grid, 1));
    }

    /** The gradient of a convolution by its input of shape {@code [N, C, H, W]}; its source is the output's gradient. */
    static DirectSums gradient(Conv conv, Sizes x) {
        Grid grid = Grid.of(conv.window(), x.dim(2), x.dim(3));
        return new DirectSums(
                x.dim(0),
                conv.groups(),
                conv.filters() / conv.groups(),
                x.dim(1) / conv.groups(),
                grid.kernelW(),
                grid.kernelArea(),
                true,
                DirectAxis.gradient(grid, 0),
                DirectAxis.gradient(grid, 1));
    }

    /** Whether groups fall into whole blocks of channels. */
    boolean isInBlocks() {
        return groups == 1 || (in % LANES == 0 && out % LANES == 0);
    }

    /** Pairs of blocks of output channels in a group; the last pair may have one block. */
    int pairs() {
        return Math.ceilDiv(out, 2 * LANES);
    }

    /** Blocks of output channels of all groups. */
    int outBlocks() {
        return groups == 1 ? Math.ceilDiv(out, LANES) : groups * out / LANES;
    }

    /** The taps of a phase. */
    int taps(int rowPhase, int columnPhase) {
        return rows.taps().get(rowPhase).size()
                * columns.taps().get(columnPhase).size();
    }

    /** The steps of all phases. */
    int steps() {
        return in * area;
    }

    /** Multiplications of one image, those with padding included. */
    long products() {
        long taps = 0;
        for (int r = 0; r < rows.phases(); r++) {
            for (int c = 0; c < columns.phases(); c++) {
                taps += (long) rows.count(r) * columns.count(c) * taps(r, c);
            }
        }
        return taps * groups * in * out;
    }

    /** The bytes of the weight as {@link DirectWeights} lays it out. */
    long weightBytes() {
        return (long) groups * pairs() * pairBytes();
    }

    /** The bytes of the packed weight of a pair of blocks. */
    long pairBytes() {
        return 2L * Simd.BYTES * steps();
    }
}
