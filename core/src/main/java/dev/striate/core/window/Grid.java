package dev.striate.core.window;

/**
 * A window placed on a feature map of known size: all numbers that a loop over it needs.
 *
 * @param h rows of the input
 * @param w columns of the input
 * @param outH rows of the output
 * @param outW columns of the output
 * @param kernelH rows of the window
 * @param kernelW columns of the window
 * @param strideH rows from one window to the next
 * @param strideW columns from one window to the next
 * @param dilationH rows from one element of a window to the next
 * @param dilationW columns from one element of a window to the next
 * @param top rows of padding above
 * @param bottom rows of padding below
 * @param left columns of padding on the left
 * @param right columns of padding on the right
 */
public record Grid(
        int h,
        int w,
        int outH,
        int outW,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int dilationH,
        int dilationW,
        int top,
        int bottom,
        int left,
        int right) {

    /** {@code window} on {@code h} rows and {@code w} columns. */
    public static Grid of(Window window, int h, int w) {
        return new Grid(
                h,
                w,
                window.output(h, 0),
                window.output(w, 1),
                window.kernel().h(),
                window.kernel().w(),
                window.stride().h(),
                window.stride().w(),
                window.dilation().h(),
                window.dilation().w(),
                window.before(h, 0),
                window.after(h, 0),
                window.before(w, 1),
                window.after(w, 1));
    }

    /** The input row under row {@code k} of the window that belongs to output row {@code out}; outside in the padding. */
    public int row(int out, int k) {
        return out * strideH + k * dilationH - top;
    }

    /** The input column under column {@code k} of the window that belongs to output column {@code out}. */
    public int column(int out, int k) {
        return out * strideW + k * dilationW - left;
    }

    /** Elements of one channel of the input. */
    public int area() {
        return h * w;
    }

    /** Elements of one channel of the output. */
    public int outArea() {
        return outH * outW;
    }

    /** Elements of the window. */
    public int kernelArea() {
        return kernelH * kernelW;
    }
}
