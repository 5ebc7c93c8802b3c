package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.List;

/**
 * Pooling: {@code [N, C, H, W]} gives {@code [N, C, OH, OW]}. Elements of the padding are no part of a maximum, nor of
 * an average unless {@link #countPadding}; reaching past the padding (rounding up) never counts. A window wholly in the
 * padding has the maximum -infinity, the mean and the norm 0, and passes no gradient on. NaN is larger than any number: a maximum
 * over it is NaN, and the first NaN of the window gets the gradient.
 *
 * @param kind what is taken of each window
 * @param window kernel, stride and padding
 * @param padded whether an average counts the padding's zeros
 */
public record Pool(Kind kind, Window window, boolean padded) implements Kernel {
    /** What is taken of each window. */
    public enum Kind {
        /** The largest element; the first of equals in row-major order passes the gradient. */
        MAX,
        /** The mean. */
        AVERAGE,
        /** The square root of the sum of squares; where that is 0, so is the gradient. */
        L2
    }

    /** Maximum pooling with a stride of the kernel's size, without padding. */
    public static Pool maxPool(int kernelH, int kernelW) {
        return new Pool(Kind.MAX, tiling(kernelH, kernelW), false);
    }

    /** Average pooling with a stride of the kernel's size, without padding. */
    public static Pool avgPool(int kernelH, int kernelW) {
        return new Pool(Kind.AVERAGE, tiling(kernelH, kernelW), false);
    }

    /** Pooling by the norm of each window, with a stride of the kernel's size, without padding. */
    public static Pool l2Pool(int kernelH, int kernelW) {
        return new Pool(Kind.L2, tiling(kernelH, kernelW), false);
    }

    private static Window tiling(int h, int w) {
        Extent kernel = new Extent(h, w);
        return new Window(kernel, kernel, Extent.ONE, Padding.NONE, Rounding.EXACT);
    }

    /** With another stride. */
    public Pool stride(int h, int w) {
        return with(
                new Window(window.kernel(), new Extent(h, w), window.dilation(), window.padding(), window.rounding()));
    }

    /** With padding. */
    public Pool pad(Padding padding) {
        return with(new Window(window.kernel(), window.stride(), window.dilation(), padding, window.rounding()));
    }

    /** With the same padding on all sides. */
    public Pool pad(int all) {
        return pad(Padding.of(all));
    }

    /** With another rounding than exact tiling. */
    public Pool round(Rounding rounding) {
        return with(new Window(window.kernel(), window.stride(), window.dilation(), window.padding(), rounding));
    }

    /** With the padding's zeros counted in averages. */
    public Pool countPadding() {
        return new Pool(kind, window, true);
    }

    private Pool with(Window w) {
        return new Pool(kind, w, padded);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.fits(this, window, x);
        return Sizes.of(x.dim(0), x.dim(1), window.output(x.dim(2), 0), window.output(x.dim(3), 1));
    }
}
