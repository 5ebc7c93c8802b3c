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
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.ConvTransposeGradInput;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Transposed convolution: {@link Conv2d} read backwards, and its gradient by the input.
 *
 * @param filters the number of output channels
 * @param window kernel, stride, padding
 * @param outputPad rows and columns at the end
 * @param bias whether a bias is added
 * @param init first values of the weight
 */
public record ConvTranspose2d(int filters, Window window, int outputPad, boolean bias, Init init) implements Op {
    static final OpSpec<ConvTranspose2d> SPEC = OpSpec.<ConvTranspose2d>of("conv_transpose", Category.LAYER)
            .doc("The transpose of `conv`: `[N, C, H, W]` gives `[N, filters, OH, OW]` with"
                    + " `OH = (H - 1) s - 2p + k + output_pad`; the weight is `[C, filters, kh, kw]`.")
            .operands("x")
            .anchor()
            .attrs(
                    Attr.required("filters", Attr.Kind.POSITIVE_INT, "the number of output channels"),
                    Attr.required("kernel", Attr.Kind.EXTENT, "the size of the window"),
                    Attr.optional("stride", Attr.Kind.EXTENT, Extent.ONE, "how far apart the windows are put"),
                    Attr.optional("pad", Attr.Kind.PADDING, Padding.NONE, "what is cut off around the result"),
                    Attr.optional("output_pad", Attr.Kind.NON_NEGATIVE_INT, 0, "rows and columns more at the end"),
                    Attr.optional("bias", Attr.Kind.BOOL, true, "whether a number per filter is added"),
                    Attr.optional("init", Attr.Kind.INIT, Init.heUniform(), "first values of the weight"))
            .factory(a -> new ConvTranspose2d(
                    a.integer("filters"),
                    new Window(a.extent("kernel"), a.extent("stride"), Extent.ONE, a.padding("pad"), Rounding.FLOOR),
                    a.integer("output_pad"),
                    a.bool("bias"),
                    a.init("init")))
            .type((op, data) -> op.type(data.get(0)))
            .params(ConvTranspose2d::params)
            .macs((op, data, result) -> data.get(0)
                    .shape()
                    .elements()
                    .times(Dim.of((long) op.filters * op.window.kernel().area())))
            .field(op -> new Field.Transposed(op.window))
            .gradient((op, g) -> {
                Node x = g.node().input(0);
                g.give(0, new GradInput(op, x.shape()), g.incoming(), g.node().input(1));
                g.give(1, new Conv2d.GradWeight(op.conv(x.shape().dim(1).toInt())), x, g.incoming());
                if (op.bias) {
                    g.give(2, new ChannelSumOp(), g.incoming());
                }
            })
            .eval((op, in, context) ->
                    op.eval(in, context.sizes(op.result(in.get(0).shape()))))
            .onnx("ConvTranspose", ConvTranspose2d::export)
            .kernel(op -> op.call())
            .build();

    private String export(OnnxBuilder o) {
        Padding.Explicit p = (Padding.Explicit) window.padding();
        OnnxOp op = OnnxWindows.padded(
                OnnxOp.of("ConvTranspose").withAll("output_padding", outputPad, outputPad),
                window,
                Optional.of(List.of(p.top(), p.left(), p.bottom(), p.right())));
        return o.add(op, o.inputs().toArray(String[]::new));
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    private Conv2d conv(int channels) {
        return new Conv2d(channels, window, 1, false, init);
    }

    private TensorType type(TensorType data) {
        Shape x = Windows.featureMap("conv_transpose", data);
        Windows.fixedChannels("conv_transpose", x);
        if (!(window.padding() instanceof Padding.Explicit)) {
            throw new ShapeError(
                            Code.WRONG_ARGUMENT, "`pad` of `conv_transpose` is a number of rows and columns, not same")
                    .fix("write pad=" + (window.kernel().h() - 1) / 2);
        }
        int least = Math.min(window.stride().h(), window.stride().w());
        if (outputPad >= least) {
            throw new ShapeError(
                            Code.WRONG_ARGUMENT,
                            "`output_pad` of `conv_transpose` is below the stride " + least + ", not " + outputPad)
                    .fix("leave it out, or write output_pad=" + (least - 1));
        }
        Shape y = result(x);
        for (int axis = 2; axis < 4; axis++) {
            if (y.dim(axis).constant().isPresent()
                    && y.dim(axis).asLong().filter(v -> v >= 1).isEmpty()) {
                throw new ShapeError(
                                Code.WINDOW_TOO_LARGE,
                                "pad=" + window.padding() + " cuts off all of the result of" + " conv_transpose on "
                                        + x.dim(2) + "x" + x.dim(3))
                        .remark(0, List.of(2, 3), x.dim(2) + "x" + x.dim(3) + " comes from here")
                        .fix("use less padding, or a larger kernel");
            }
        }
        return TensorType.f32(y);
    }

    private Shape result(Shape x) {
        return Shape.of(x.dim(0), Dim.of(filters), along(x.dim(2), 0), along(x.dim(3), 1));
    }

    private Shape result(Sizes x) {
        return result(Windows.shape(x));
    }

    private Dim along(Dim n, int axis) {
        Padding.Explicit p = (Padding.Explicit) window.padding();
        int padding = axis == 0 ? p.top() + p.bottom() : p.left() + p.right();
        int s = window.stride().along(axis);
        return n.times(Dim.of(s)).plus(Dim.of((long) window.kernel().along(axis) + outputPad - padding - s));
    }

    private static List<ParamSpec> params(ConvTranspose2d op, List<TensorType> data) {
        List<ParamSpec> params = new ArrayList<>();
        Sizes weight = Sizes.of(
                data.get(0).shape().dim(1).toInt(),
                op.filters,
                op.window.kernel().h(),
                op.window.kernel().w());
        params.add(new ParamSpec("weight", weight, op.init));
        if (op.bias) {
            params.add(new ParamSpec("bias", Sizes.of(op.filters), Init.zeros()));
        }
        return params;
    }

    private Nd eval(List<Nd> in, Sizes shape) {
        Nd x = in.get(0);
        Nd weight = in.get(1);
        Nd y = Nd.of(shape, i -> bias ? in.get(2).get(i / shape.elementsFrom(2) % filters) : 0);
        conv(x.dim(1)).rows(shape, weight.shape(), x.shape()).addGradInput(x, weight, y);
        return y;
    }

    private KernelCall call() {
        return geometry().with(!bias, "withoutBias").with(!init.equals(Init.heUniform()), "init", init);
    }

    /** All that the gradients need to know. */
    private KernelCall geometry() {
        return Windows.options(
                        KernelCall.of(
                                ConvTranspose.class,
                                "convTranspose",
                                filters,
                                window.kernel().h(),
                                window.kernel().w()),
                        new Window(
                                window.kernel(), window.stride(), window.dilation(), window.padding(), Rounding.EXACT),
                        Extent.ONE)
                .with(outputPad != 0, "outputPad", outputPad);
    }

    /**
     * The gradient by the input. Operands: the result's gradient and the weight.
     *
     * @param op the transposed convolution
     * @param shape the shape of its input; from the result's it follows only up to what is known of symbolic sizes
     */
    record GradInput(ConvTranspose2d op, Shape shape) implements Op {
        static final OpSpec<GradInput> SPEC = OpSpec.<GradInput>of("conv_transpose_grad_input", Category.INTERNAL)
                .doc("The gradient of `conv_transpose` by its input, which is a convolution.")
                .operands("gradient", "weight")
                .type((op, data) -> TensorType.f32(op.shape))
                .macs((op, data, result) ->
                        Conv2d.SPEC.macs(op.op.conv(data.get(1).shape().dim(0).toInt()), data.subList(0, 1), result))
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.op.conv(in.get(1).dim(0)).eval(in))
                .kernel(op -> KernelCall.of(ConvTransposeGradInput.class, "convTransposeGradInput", op.op.geometry()))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
