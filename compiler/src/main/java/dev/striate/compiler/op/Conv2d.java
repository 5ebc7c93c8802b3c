package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Conv;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two-dimensional convolution (cross-correlation) and its two gradients.
 *
 * @param filters the number of output channels
 * @param window kernel, stride, dilation, padding, rounding
 * @param groups the channels fall into this many groups that do not see one another
 * @param bias whether a bias is added
 * @param init first values of the weight
 */
public record Conv2d(int filters, Window window, int groups, boolean bias, Init init) implements Op {
    static final OpSpec<Conv2d> SPEC = OpSpec.<Conv2d>of("conv", Category.LAYER)
            .doc("Slides `filters` kernels over the input: `[N, C, H, W]` gives `[N, filters, OH, OW]` with"
                    + " `OH = floor((H + 2p - d(k-1) - 1) / s) + 1`.")
            .operands("x")
            .anchor()
            .attrs(
                    Attr.required("filters", Attr.Kind.POSITIVE_INT, "the number of output channels"),
                    Attr.required("kernel", Attr.Kind.EXTENT, "the size of the window"),
                    Attr.optional("stride", Attr.Kind.EXTENT, Extent.ONE, "the step between two windows"),
                    Attr.optional("pad", Attr.Kind.PADDING, Padding.NONE, "zeros around the input"),
                    Attr.optional("dilation", Attr.Kind.EXTENT, Extent.ONE, "the distance between two taps"),
                    Attr.optional("groups", Attr.Kind.POSITIVE_INT, 1, "groups of channels that do not mix"),
                    Attr.optional("bias", Attr.Kind.BOOL, true, "whether a number per filter is added"),
                    Attr.optional("round", Attr.Kind.ROUNDING, Rounding.EXACT, "when windows do not tile the input"),
                    Attr.optional("init", Attr.Kind.INIT, Init.heUniform(), "first values of the weight"))
            .factory(a -> new Conv2d(
                    a.integer("filters"),
                    new Window(
                            a.extent("kernel"),
                            a.extent("stride"),
                            a.extent("dilation"),
                            a.padding("pad"),
                            a.rounding("round")),
                    a.integer("groups"),
                    a.bool("bias"),
                    a.init("init")))
            .type(Conv2d::type)
            .params(Conv2d::params)
            .macs((op, data, result) -> result.shape()
                    .elements()
                    .times(data.get(0)
                            .shape()
                            .dim(1)
                            .over(Dim.of(op.groups).constant().orElseThrow()))
                    .times(Dim.of(op.window.kernel().area())))
            .field(op -> new Field.Windowed(op.window))
            .gradient(Conv2d::gradient)
            .eval((op, in, context) -> op.eval(in))
            .onnx("Conv", Conv2d::export)
            .kernel(op -> op.call())
            .build();

    String export(OnnxBuilder o) {
        return export(o, o.inputs());
    }

    /** The same of other operands. */
    String export(OnnxBuilder o, List<String> operands) {
        OnnxOp conv = OnnxOp.of("Conv").with("group", groups);
        Optional<List<Integer>> pads =
                OnnxWindows.pads(window, o.node().input(0).shape(), o.node().shape());
        if (pads.isPresent() || OnnxWindows.hasAutoPad(window)) {
            return o.add(OnnxWindows.padded(conv, window, pads), operands.toArray(String[]::new));
        }
        List<String> padded = new ArrayList<>(operands);
        padded.set(0, OnnxWindows.pad(o, operands.get(0), window, pads, 0));
        return o.add(OnnxWindows.sized(conv, window), padded.toArray(String[]::new));
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    private TensorType type(List<TensorType> data) {
        Shape x = Windows.featureMap("conv", data.get(0));
        int channels = Windows.fixedChannels("conv", x);
        if (channels % groups != 0 || filters % groups != 0) {
            throw new ShapeError(
                            Code.GROUPS,
                            "groups=" + groups + " does not divide "
                                    + (channels % groups != 0 ? channels + " incoming channels" : filters + " filters"))
                    .remark(0, List.of(1), channels + " channels come from here")
                    .fix("choose a number of groups that divides both " + channels + " and " + filters);
        }
        return TensorType.f32(Shape.of(
                x.dim(0), Dim.of(filters), Windows.output("conv", window, x, 0), Windows.output("conv", window, x, 1)));
    }

    private List<ParamSpec> params(List<TensorType> data) {
        int channels = data.get(0).shape().dim(1).toInt();
        List<ParamSpec> params = new ArrayList<>();
        params.add(new ParamSpec("weight", weightShape(channels), init));
        if (bias) {
            params.add(new ParamSpec("bias", Sizes.of(filters), Init.zeros()));
        }
        return params;
    }

    private Sizes weightShape(int channels) {
        return Sizes.of(
                filters, channels / groups, window.kernel().h(), window.kernel().w());
    }

    static void gradient(Conv2d op, Gradients g) {
        Node x = g.node().input(0);
        g.give(0, new GradInput(op, x.shape()), g.incoming(), g.node().input(1));
        g.give(1, new GradWeight(op), g.incoming(), x);
        if (op.bias) {
            g.give(2, new ChannelSumOp(), g.incoming());
        }
    }

    /** One multiplication: of an element of x and an element of the weight, for an element of y; row-major indices. */
    @FunctionalInterface
    interface Tap {
        void at(int y, int x, int weight);
    }

    /** Visits every multiplication of the convolution of an input with a weight. */
    void forEachTap(Sizes x, Sizes weight, Sizes y, Tap tap) {
        for (int out = 0; out < y.elements(); out++) {
            int left = out % y.dim(3) * window.stride().w() - window.before(x.dim(3), 1);
            int top = out / y.dim(3) % y.dim(2) * window.stride().h() - window.before(x.dim(2), 0);
            int f = out / y.elementsFrom(2) % filters;
            int plane = out / y.elementsFrom(1) * x.dim(1) + f / (filters / groups) * weight.dim(1);
            int w = f * weight.elementsFrom(1);
            for (int c = 0; c < weight.dim(1); c++) {
                for (int kh = 0; kh < weight.dim(2); kh++) {
                    int h = top + kh * window.dilation().h();
                    for (int kw = 0; kw < weight.dim(3); kw++, w++) {
                        int v = left + kw * window.dilation().w();
                        if (h >= 0 && h < x.dim(2) && v >= 0 && v < x.dim(3)) {
                            tap.at(out, ((plane + c) * x.dim(2) + h) * x.dim(3) + v, w);
                        }
                    }
                }
            }
        }
    }

    /** The convolution of an input of a shape with a weight. */
    ConvRows rows(Sizes x, Sizes weight, Sizes y) {
        return new ConvRows(window, groups, x, weight, y);
    }

    private Sizes outputShape(Sizes x) {
        return Sizes.of(x.dim(0), filters, window.output(x.dim(2), 0), window.output(x.dim(3), 1));
    }

    Nd eval(List<Nd> in) {
        Nd x = in.get(0);
        Nd weight = in.get(1);
        Sizes shape = outputShape(x.shape());
        Nd y = Nd.of(shape, i -> bias ? in.get(2).get(i / shape.elementsFrom(2) % filters) : 0);
        rows(x.shape(), weight.shape(), shape).addResult(x, weight, y);
        return y;
    }

    KernelCall call() {
        return geometry().with(!bias, "withoutBias").with(!init.equals(Init.heUniform()), "init", init);
    }

    /** All that the gradients need to know. */
    private KernelCall geometry() {
        return Windows.options(
                        KernelCall.of(
                                Conv.class,
                                "conv",
                                filters,
                                window.kernel().h(),
                                window.kernel().w()),
                        window,
                        Extent.ONE)
                .with(groups != 1, "groups", groups);
    }

    /**
     * The gradient by the input. Operands: the result's gradient and the weight.
     *
     * @param conv the convolution
     * @param shape the shape of its input
     */
    record GradInput(Conv2d conv, Shape shape) implements Op {
        static final OpSpec<GradInput> SPEC = OpSpec.<GradInput>of("conv_grad_input", Category.INTERNAL)
                .doc("The gradient of `conv` by its input.")
                .operands("gradient", "weight")
                .type((op, data) -> TensorType.f32(op.shape))
                .macs((op, data, result) -> Conv2d.SPEC.macs(op.conv, List.of(result), data.get(0)))
                .field(op -> Field.ALL)
                .anchor()
                .isGradient()
                .eval((op, in, context) -> {
                    Nd dx = new Nd(context.sizes(op.shape));
                    Nd dy = in.get(0);
                    Nd weight = in.get(1);
                    op.conv.rows(dx.shape(), weight.shape(), dy.shape()).addGradInput(dy, weight, dx);
                    return dx;
                })
                .kernel(op -> KernelCall.of(
                        dev.striate.core.kernel.ConvGradInput.class, "convGradInput", op.conv.geometry(), op.shape))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /**
     * The gradient by the weight. Operands: the result's gradient and the input.
     *
     * @param conv the convolution
     */
    record GradWeight(Conv2d conv) implements Op {
        static final OpSpec<GradWeight> SPEC = OpSpec.<GradWeight>of("conv_grad_weight", Category.INTERNAL)
                .doc("The gradient of `conv` by its weight.")
                .operands("gradient", "x")
                .type((op, data) -> TensorType.f32(Windows.shape(
                        op.conv.weightShape(data.get(1).shape().dim(1).toInt()))))
                .macs((op, data, result) -> Conv2d.SPEC.macs(op.conv, List.of(data.get(1)), data.get(0)))
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd dy = in.get(0);
                    Nd x = in.get(1);
                    Nd dw = new Nd(op.conv.weightShape(x.dim(1)));
                    op.conv.rows(x.shape(), dw.shape(), dy.shape()).addGradWeight(dy, x, dw);
                    return dw;
                })
                .kernel(op -> KernelCall.of(
                        dev.striate.core.kernel.ConvGradWeight.class, "convGradWeight", op.conv.geometry()))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
