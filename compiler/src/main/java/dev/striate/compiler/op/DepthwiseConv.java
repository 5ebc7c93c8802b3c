package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.init.Init;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.List;

/**
 * Convolution of each channel by itself: {@link Conv2d} with as many groups as channels, which only the input tells.
 *
 * @param window kernel, stride, dilation, padding, rounding
 * @param multiplier the filters of each channel
 * @param bias whether a bias is added
 * @param init first values of the weight
 */
public record DepthwiseConv(Window window, int multiplier, boolean bias, Init init) implements Op {
    static final OpSpec<DepthwiseConv> SPEC = OpSpec.<DepthwiseConv>of("depthwise_conv", Category.LAYER)
            .doc(
                    "`conv` of each channel by itself, with `multiplier` filters for each: `groups` is the number of channels.")
            .operands("x")
            .anchor()
            .attrs(
                    Attr.required("kernel", Attr.Kind.EXTENT, "the size of the window"),
                    Attr.optional("multiplier", Attr.Kind.POSITIVE_INT, 1, "the filters of each channel"),
                    Attr.optional("stride", Attr.Kind.EXTENT, Extent.ONE, "the step between two windows"),
                    Attr.optional("pad", Attr.Kind.PADDING, Padding.NONE, "zeros around the input"),
                    Attr.optional("dilation", Attr.Kind.EXTENT, Extent.ONE, "the distance between two taps"),
                    Attr.optional("bias", Attr.Kind.BOOL, true, "whether a number per filter is added"),
                    Attr.optional("round", Attr.Kind.ROUNDING, Rounding.EXACT, "when windows do not tile the input"),
                    Attr.optional("init", Attr.Kind.INIT, Init.heUniform(), "first values of the weight"))
            .factory(a -> new DepthwiseConv(
                    new Window(
                            a.extent("kernel"),
                            a.extent("stride"),
                            a.extent("dilation"),
                            a.padding("pad"),
                            a.rounding("round")),
                    a.integer("multiplier"),
                    a.bool("bias"),
                    a.init("init")))
            .type((op, data) -> Conv2d.SPEC.type(op.conv(data.get(0)), data))
            .params((op, data) -> Conv2d.SPEC.params(op.conv(data.get(0)), data))
            .macs((op, data, result) -> Conv2d.SPEC.macs(op.conv(data.get(0)), data, result))
            .field(op -> new Field.Windowed(op.window))
            .gradient((op, g) -> Conv2d.gradient(op.conv(g.node().input(0).type()), g))
            .eval((op, in, context) -> op.eval(in))
            .onnx("Conv", (op, o) -> op.conv(o.node().input(0).type()).export(o))
            .kernel((op, node) -> op.conv(node.input(0).type()).call())
            .build();

    private Conv2d conv(TensorType x) {
        int channels = Windows.fixedChannels("depthwise_conv", Windows.featureMap("depthwise_conv", x));
        return conv(channels);
    }

    private Conv2d conv(int channels) {
        return new Conv2d(Math.multiplyExact(channels, multiplier), window, channels, bias, init);
    }

    private Nd eval(List<Nd> in) {
        return conv(in.get(0).dim(1)).eval(in);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
