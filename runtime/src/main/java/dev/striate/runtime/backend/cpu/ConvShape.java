package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Described;

/**
 * The sizes of a convolution as products of matrices: within one group, the weight {@code [filters, depth]} times the
 * unrolled windows {@code [depth, positions]} gives the output {@code [filters, positions]} of one image.
 *
 * @param images the batch
 * @param groups the groups of channels
 * @param channels channels of the input in one group
 * @param filters channels of the output in one group
 * @param grid the window on one channel
 */
record ConvShape(int images, int groups, int channels, int filters, Grid grid) {
    /** The sizes of {@code conv} for an input of shape {@code [N, C, H, W]}. */
    static ConvShape of(Conv conv, Sizes x) {
        return new ConvShape(
                x.dim(0),
                conv.groups(),
                x.dim(1) / conv.groups(),
                conv.filters() / conv.groups(),
                Grid.of(conv.window(), x.dim(2), x.dim(3)));
    }

    /** Elements of one window over all channels of a group. */
    int depth() {
        return channels * grid.kernelArea();
    }

    /** Windows on one image. */
    int positions() {
        return grid.outArea();
    }

    /** Whether a window is one element and there is one for each, so that unrolling would change nothing. */
    boolean isPlainProduct() {
        return grid.kernelArea() == 1
                && grid.strideH() == 1
                && grid.strideW() == 1
                && grid.outH() == grid.h()
                && grid.outW() == grid.w()
                && grid.top() == 0
                && grid.left() == 0;
    }

    /** Where a group of channels of an image begins in the input, in elements. */
    long inputOffset(int image, int group) {
        return ((long) image * groups + group) * channels * grid.area();
    }

    /** Where a group of channels of an image begins in the output, in elements. */
    long outputOffset(int image, int group) {
        return ((long) image * groups + group) * filters * positions();
    }

    /** Where the weight of a group begins, in elements. */
    long weightOffset(int group) {
        return (long) group * filters * depth();
    }

    /** Multiplications of one image. */
    long products() {
        return (long) groups * filters * depth() * positions();
    }

    /** A kernel that says how it computes this convolution or a gradient of it. */
    Described described(Runnable kernel) {
        return Described.as(isPlainProduct() ? "OpenBLAS" : "im2col, OpenBLAS", kernel);
    }
}
