package dev.striate.core.window;

/**
 * A window sliding over the two spatial axes of a feature map {@code [N, C, H, W]}: the geometry of convolution and
 * pooling. Along one axis of {@code n} elements, with {@code p} the padding of both sides, the output has
 * {@code floor((n + p - d(k-1) - 1) / s) + 1} elements (Dumoulin and Visin 2016, relationship 15).
 *
 * @param kernel the window's extent before dilation
 * @param stride the step between two windows
 * @param dilation the distance between two elements of a window; 1 is a dense window
 * @param padding rows and columns added around the input
 * @param rounding what to do when the windows do not tile the input
 */
public record Window(Extent kernel, Extent stride, Extent dilation, Padding padding, Rounding rounding) {

    /** A dense window of stride 1 without padding, which always tiles. */
    public static Window of(Extent kernel) {
        return new Window(kernel, Extent.ONE, Extent.ONE, Padding.NONE, Rounding.EXACT);
    }

    /** How far a window reaches along a spatial axis, dilation included: {@code d(k - 1) + 1}. */
    public long reach(int axis) {
        return (long) dilation.along(axis) * (kernel.along(axis) - 1) + 1;
    }

    /** The output size along a spatial axis (0 is H, 1 is W) for an input of size {@code n}. */
    public <T> T output(Arithmetic<T> a, T n, int axis) {
        int s = stride.along(axis);
        if (!(padding instanceof Padding.Explicit p)) {
            return a.floorDiv(a.plus(n, s - 1L), s);
        }
        long before = axis == 0 ? p.top() : p.left();
        long after = axis == 0 ? p.bottom() : p.right();
        if (rounding != Rounding.CEIL) {
            return a.plus(a.floorDiv(a.plus(n, before + after - reach(axis)), s), 1);
        }
        // ceil((n + p - reach) / s) + 1 windows, but only those that start before n + the leading padding.
        long slack = Math.min(after - reach(axis) + s, 0);
        return a.floorDiv(a.plus(n, before + slack + s - 1), s);
    }

    /** The output size for a number; see {@link #output(Arithmetic, Object, int)}. */
    public int output(int n, int axis) {
        return Math.toIntExact(output(Arithmetic.LONGS, (long) n, axis));
    }

    /** The padding before the first element along a spatial axis, for an input of size {@code n}. */
    public int before(int n, int axis) {
        if (padding instanceof Padding.Explicit p) {
            return axis == 0 ? p.top() : p.left();
        }
        return Math.toIntExact(total(n, axis) / 2);
    }

    /** The padding after the last element along a spatial axis, for an input of size {@code n}. */
    public int after(int n, int axis) {
        if (padding instanceof Padding.Explicit p) {
            return axis == 0 ? p.bottom() : p.right();
        }
        return Math.toIntExact(total(n, axis) - total(n, axis) / 2);
    }

    /** The padding of both sides that {@link Padding#SAME} asks for. */
    private long total(int n, int axis) {
        return Math.max((output(n, axis) - 1L) * stride.along(axis) + reach(axis) - n, 0);
    }
}
