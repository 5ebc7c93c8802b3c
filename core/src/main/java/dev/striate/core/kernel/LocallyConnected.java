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
 * A convolution whose places share no weights: x {@code [N, C, H, W]} gives {@code [N, F, OH, OW]}. The weight is
 * {@code [OH * OW * F, C, kh, kw]}, the kernels of one place side by side, so that its fan-in is that of a convolution; the
 * bias, unless there is none, {@code [F, OH, OW]}.
 *
 * @param filters the number of output channels F
 * @param window kernel, stride and padding
 * @param bias whether a bias is added
 * @param init first values of the weight; the bias begins at zero
 */
public record LocallyConnected(int filters, Window window, boolean bias, Init init) implements Kernel {
    /** Stride 1, no padding, with bias. */
    public static LocallyConnected locallyConnected(int filters, int kernelH, int kernelW) {
        return new LocallyConnected(filters, Window.of(new Extent(kernelH, kernelW)), true, Init.heUniform());
    }

    /** With another stride. */
    public LocallyConnected stride(int h, int w) {
        return with(
                new Window(window.kernel(), new Extent(h, w), window.dilation(), window.padding(), window.rounding()));
    }

    /** With padding. */
    public LocallyConnected pad(Padding padding) {
        return with(new Window(window.kernel(), window.stride(), window.dilation(), padding, window.rounding()));
    }

    /** With the same padding on all sides. */
    public LocallyConnected pad(int all) {
        return pad(Padding.of(all));
    }

    /** With another rounding than exact tiling. */
    public LocallyConnected round(Rounding rounding) {
        return with(new Window(window.kernel(), window.stride(), window.dilation(), window.padding(), rounding));
    }

    /** Without a bias. */
    public LocallyConnected withoutBias() {
        return new LocallyConnected(filters, window, false, init);
    }

    /** With other first values of the weight. */
    public LocallyConnected init(Init values) {
        return new LocallyConnected(filters, window, bias, values);
    }

    private LocallyConnected with(Window w) {
        return new LocallyConnected(filters, w, bias, init);
    }

    /** The shape of the weight for an input. */
    public Sizes weightShape(Sizes x) {
        int places = Math.multiplyExact(window.output(x.dim(2), 0), window.output(x.dim(3), 1));
        return Sizes.of(
                Math.multiplyExact(places, filters),
                x.dim(1),
                window.kernel().h(),
                window.kernel().w());
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.fits(this, window, x);
        return Sizes.of(x.dim(0), filters, window.output(x.dim(2), 0), window.output(x.dim(3), 1));
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        Sizes y = output(inputs);
        List<Parameter> params = new ArrayList<>();
        params.add(new Parameter("weight", weightShape(inputs.get(0)), init));
        if (bias) {
            params.add(new Parameter("bias", Sizes.of(filters, y.dim(2), y.dim(3)), Init.zeros()));
        }
        return params;
    }
}
