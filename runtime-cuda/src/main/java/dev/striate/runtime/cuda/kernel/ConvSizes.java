package dev.striate.runtime.cuda.kernel;

import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Grid;

/**
 * The sizes of a convolution of x {@code [n, c, h, w]} to {@code f} filters.
 *
 * @param n samples
 * @param c channels of x
 * @param f filters
 * @param groups groups of channels
 * @param grid the window
 * @param element what x, the weight and the result consist of
 * @param channelsLast whether all three lie with channels last
 */
public record ConvSizes(int n, int c, int f, int groups, Grid grid, Element element, boolean channelsLast) {
    /** Of a convolution on x. */
    static ConvSizes of(Conv conv, Form x) {
        return new ConvSizes(
                x.dim(0),
                x.dim(1),
                conv.filters(),
                conv.groups(),
                Grid.of(conv.window(), x.dim(2), x.dim(3)),
                x.element(),
                x.channelsLast());
    }

    /**
     * Whether the convolution is one with as much padding behind as before, which is all that cuDNN knows. Only the number of
     * windows counts: what a window reads beyond the edge is zero in any case.
     */
    public boolean isSymmetric() {
        Grid g = grid;
        return windows(g.h(), g.top(), g.kernelH(), g.dilationH(), g.strideH()) == g.outH()
                && windows(g.w(), g.left(), g.kernelW(), g.dilationW(), g.strideW()) == g.outW();
    }

    private static int windows(int size, int pad, int kernel, int dilation, int stride) {
        return Math.floorDiv(size + 2 * pad - dilation * (kernel - 1) - 1, stride) + 1;
    }
}
