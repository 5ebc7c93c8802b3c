package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Transposed convolution: the gradient of a convolution by its input, as a layer. x {@code [N, C, H, W]} and a weight
 * {@code [C, F, kh, kw]}, with a bias {@code [F]} unless {@link #withoutBias}, give {@code [N, F, OH, OW]} with
 * {@code OH = (H - 1) s - top - bottom + kh + outputPad}.
 *
 * @param filters the number of output channels F
 * @param window kernel, stride and explicit padding
 * @param outputPad rows at the bottom and columns at the right that the sizes alone would not tell; below the stride
 * @param bias whether a bias is added
 * @param init first values of the weight; the bias begins at zero
 */
public record ConvTranspose(int filters, Window window, int outputPad, boolean bias, Init init) implements Kernel {
    /** Stride 1, no padding, with bias. */
    public static ConvTranspose convTranspose(int filters, int kernelH, int kernelW) {
        Window window = new Window(new Extent(kernelH, kernelW), Extent.ONE, Extent.ONE, Padding.NONE, Rounding.FLOOR);
        return new ConvTranspose(filters, window, 0, true, Init.heUniform());
    }

    /** With another stride. */
    public ConvTranspose stride(int h, int w) {
        return with(
                new Window(window.kernel(), new Extent(h, w), window.dilation(), window.padding(), window.rounding()));
    }

    /** With padding, which makes the result smaller. */
    public ConvTranspose pad(Padding padding) {
        return with(new Window(window.kernel(), window.stride(), window.dilation(), padding, window.rounding()));
    }

    /** With the same padding on all sides. */
    public ConvTranspose pad(int all) {
        return pad(Padding.of(all));
    }

    /** With rows and columns at the end. */
    public ConvTranspose outputPad(int n) {
        return new ConvTranspose(filters, window, n, bias, init);
    }

    /** Without a bias. */
    public ConvTranspose withoutBias() {
        return new ConvTranspose(filters, window, outputPad, false, init);
    }

    /** With other first values of the weight. */
    public ConvTranspose init(Init values) {
        return new ConvTranspose(filters, window, outputPad, bias, values);
    }

    private ConvTranspose with(Window w) {
        return new ConvTranspose(filters, w, outputPad, bias, init);
    }

    /** The convolution whose input gradient this is: from {@code filters} channels to {@code channels}. */
    public Conv conv(int channels) {
        return new Conv(channels, window, 1, false, init);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.rank(this, x, 4);
        return Sizes.of(x.dim(0), filters, along(x.dim(2), 0), along(x.dim(3), 1));
    }

    private int along(int n, int axis) {
        // Explicit padding does not depend on the size.
        long padding = (long) window.before(n, axis) + window.after(n, axis);
        return Math.toIntExact((n - 1L) * window.stride().along(axis)
                - padding
                + window.kernel().along(axis)
                + outputPad);
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        List<Parameter> params = new ArrayList<>();
        Sizes weight = Sizes.of(
                inputs.get(0).dim(1),
                filters,
                window.kernel().h(),
                window.kernel().w());
        params.add(new Parameter("weight", weight, init));
        if (bias) {
            params.add(new Parameter("bias", Sizes.of(filters), Init.zeros()));
        }
        return params;
    }
}
