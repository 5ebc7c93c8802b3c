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
 * Two-dimensional convolution (cross-correlation, as in all frameworks): x {@code [N, C, H, W]} and weight
 * {@code [F, C/groups, kh, kw]}, with a bias {@code [F]} unless {@link #withoutBias}, give {@code [N, F, OH, OW]}.
 *
 * @param filters the number of output channels F
 * @param window kernel, stride, dilation and padding
 * @param groups the channels fall into this many groups that do not see one another
 * @param bias whether a bias is added
 * @param init first values of the weight; the bias begins at zero
 */
public record Conv(int filters, Window window, int groups, boolean bias, Init init) implements Kernel {

    /** Stride 1, no padding, one group, with bias. */
    public static Conv conv(int filters, int kernelH, int kernelW) {
        return new Conv(filters, Window.of(new Extent(kernelH, kernelW)), 1, true, Init.heUniform());
    }

    /** With another stride. */
    public Conv stride(int h, int w) {
        return with(
                new Window(window.kernel(), new Extent(h, w), window.dilation(), window.padding(), window.rounding()));
    }

    /** With dilation: the distance between neighbouring taps. */
    public Conv dilation(int h, int w) {
        return with(
                new Window(window.kernel(), window.stride(), new Extent(h, w), window.padding(), window.rounding()));
    }

    /** With padding. */
    public Conv pad(Padding padding) {
        return with(new Window(window.kernel(), window.stride(), window.dilation(), padding, window.rounding()));
    }

    /** With the same padding on all sides. */
    public Conv pad(int all) {
        return pad(Padding.of(all));
    }

    /** With another rounding than exact tiling. */
    public Conv round(Rounding rounding) {
        return with(new Window(window.kernel(), window.stride(), window.dilation(), window.padding(), rounding));
    }

    /** With groups. */
    public Conv groups(int n) {
        return new Conv(filters, window, n, bias, init);
    }

    /** Without a bias. */
    public Conv withoutBias() {
        return new Conv(filters, window, groups, false, init);
    }

    /** With other first values of the weight. */
    public Conv init(Init values) {
        return new Conv(filters, window, groups, bias, values);
    }

    private Conv with(Window w) {
        return new Conv(filters, w, groups, bias, init);
    }

    /** The shape of the weight for an input of {@code channels} channels. */
    public Sizes weightShape(int channels) {
        return Sizes.of(
                filters, channels / groups, window.kernel().h(), window.kernel().w());
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Sizes x = inputs.get(0);
        Check.fits(this, window, x);
        if (x.dim(1) % groups != 0 || filters % groups != 0) {
            throw new IllegalArgumentException(
                    groups + " groups do not divide " + x.dim(1) + " channels and " + filters + " filters");
        }
        return Sizes.of(x.dim(0), filters, window.output(x.dim(2), 0), window.output(x.dim(3), 1));
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        List<Parameter> params = new ArrayList<>();
        params.add(new Parameter("weight", weightShape(inputs.get(0).dim(1)), init));
        if (bias) {
            params.add(new Parameter("bias", Sizes.of(filters), Init.zeros()));
        }
        return params;
    }
}
