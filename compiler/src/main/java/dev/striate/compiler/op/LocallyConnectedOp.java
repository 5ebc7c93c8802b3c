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
import dev.striate.core.kernel.LocallyConnected;
import dev.striate.core.kernel.LocallyConnectedGradInput;
import dev.striate.core.kernel.LocallyConnectedGradWeight;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.List;
import java.util.Map;

/**
 * A convolution whose places share no weights, and its two gradients.
 *
 * @param layer filters, window, bias and initializer
 */
public record LocallyConnectedOp(LocallyConnected layer) implements Op {
    static final OpSpec<LocallyConnectedOp> SPEC = OpSpec.<LocallyConnectedOp>of("locally_connected", Category.LAYER)
            .doc("A convolution with kernels of its own at every place: `[N, C, H, W]` of known size gives"
                    + " `[N, filters, OH, OW]`. The weight is `[OH * OW * filters, C, kh, kw]`, the kernels of one place side"
                    + " by side; the bias `[filters, OH, OW]`.")
            .operands("x")
            .attrs(
                    Attr.required("filters", Attr.Kind.POSITIVE_INT, "the number of output channels"),
                    Attr.required("kernel", Attr.Kind.EXTENT, "the size of the window"),
                    Attr.optional("stride", Attr.Kind.EXTENT, Extent.ONE, "the step between two windows"),
                    Attr.optional("pad", Attr.Kind.PADDING, Padding.NONE, "zeros around the input"),
                    Attr.optional("bias", Attr.Kind.BOOL, true, "whether a number per filter and place is added"),
                    Attr.optional("round", Attr.Kind.ROUNDING, Rounding.EXACT, "when windows do not tile the input"),
                    Attr.optional("init", Attr.Kind.INIT, Init.heUniform(), "first values of the weight"))
            .factory(a -> new LocallyConnectedOp(new LocallyConnected(
                    a.integer("filters"),
                    new Window(
                            a.extent("kernel"), a.extent("stride"), Extent.ONE, a.padding("pad"), a.rounding("round")),
                    a.bool("bias"),
                    a.init("init"))))
            .type((op, data) -> op.type(data.get(0)))
            .params((op, data) -> op.layer.params(List.of(sizes(data.get(0)))).stream()
                    .map(LocallyConnectedOp::spec)
                    .toList())
            .macs((op, data, result) -> macs(op.layer, data.get(0), result))
            .field(op -> new Field.Windowed(op.layer.window()))
            .gradient(LocallyConnectedOp::gradient)
            .eval((op, in, context) -> op.eval(in))
            .onnx("Conv, Einsum", LocallyConnectedOp::export)
            .kernel(op -> call(op.layer))
            .build();

    /** The elements of each place's window, which a convolution with ones finds, times the weights of the place. */
    private String export(OnnxBuilder o) {
        Shape x = o.node().input(0).shape();
        Shape y = o.node().shape();
        int channels = x.dim(1).toInt();
        int area = layer.window().kernel().area();
        Sizes picking = Sizes.of(
                channels * area,
                1,
                layer.window().kernel().h(),
                layer.window().kernel().w());
        float[] picks = new float[picking.elements()];
        for (int tap = 0; tap < channels * area; tap++) {
            picks[tap * area + tap % area] = 1;
        }
        Dim places = y.elementsFrom(2);
        Dim taps = Dim.of((long) channels * area);
        Dim filters = Dim.of(layer.filters());
        String windows = new Conv2d(channels * area, layer.window(), channels, false, layer.init())
                .export(o, List.of(o.input(0), o.floats(picking, picks)));
        String product = o.add(
                OnnxOp.of("Einsum").with("equation", "ntp,pft->nfp"),
                Onnx.reshape(o, windows, List.of(x.dim(0), taps, places)),
                Onnx.reshape(o, o.input(1), List.of(places, filters, taps)));
        String map = Onnx.reshape(o, product, y.dims());
        return layer.bias() ? o.add("Add", map, o.input(2)) : map;
    }

    private static ParamSpec spec(Parameter p) {
        return new ParamSpec(p.name(), p.shape(), p.init());
    }

    /** The numbers of a type whose sizes are known, the batch apart, which is 1 here. */
    private static Sizes sizes(TensorType type) {
        return type.shape().at(Map.of("N", 1L));
    }

    private static Dim macs(LocallyConnected layer, TensorType x, TensorType y) {
        return y.shape()
                .elements()
                .times(x.shape().dim(1))
                .times(Dim.of(layer.window().kernel().area()));
    }

    private TensorType type(TensorType data) {
        Shape x = Windows.featureMap(name(), data);
        Windows.fixedChannels(name(), x);
        for (int axis = 2; axis < 4; axis++) {
            if (x.dim(axis).asLong().isEmpty()) {
                throw new ShapeError(
                                Code.SHAPE,
                                name() + " has weights for every place, and needs a known size, not " + x.dim(2) + "x"
                                        + x.dim(3))
                        .remark(0, List.of(2, 3), x.dim(2) + "x" + x.dim(3) + " comes from here")
                        .fix("write the size in the input's type, or use conv, whose weights fit any size");
            }
        }
        return TensorType.f32(Shape.of(
                x.dim(0),
                Dim.of(layer.filters()),
                Windows.output(name(), layer.window(), x, 0),
                Windows.output(name(), layer.window(), x, 1)));
    }

    private static void gradient(LocallyConnectedOp op, Gradients g) {
        Node x = g.node().input(0);
        g.give(0, new GradInput(op, x.shape()), g.incoming(), g.node().input(1));
        g.give(1, new GradWeight(op), g.incoming(), x);
        if (op.layer.bias()) {
            g.give(2, ReduceOp.sum(List.of(0)), g.incoming());
        }
    }

    private static KernelCall call(LocallyConnected layer) {
        return geometry(layer)
                .with(!layer.bias(), "withoutBias")
                .with(!layer.init().equals(Init.heUniform()), "init", layer.init());
    }

    /** All that the gradients need to know. */
    private static KernelCall geometry(LocallyConnected layer) {
        Window window = layer.window();
        return Windows.options(
                KernelCall.of(
                        LocallyConnected.class,
                        "locallyConnected",
                        layer.filters(),
                        window.kernel().h(),
                        window.kernel().w()),
                window,
                Extent.ONE);
    }

    /** Visits every multiplication: the convolution's, with the kernels of the place of the result. */
    private void forEachTap(Sizes x, Sizes y, Conv2d.Tap tap) {
        Conv2d conv = new Conv2d(layer.filters(), layer.window(), 1, false, layer.init());
        Sizes kernels = Sizes.of(
                layer.filters(),
                x.dim(1),
                layer.window().kernel().h(),
                layer.window().kernel().w());
        conv.forEachTap(x, kernels, y, (out, in, weight) -> {
            int place = out % y.elementsFrom(2);
            tap.at(out, in, place * kernels.elements() + weight);
        });
    }

    private Nd eval(List<Nd> in) {
        Nd x = in.get(0);
        Sizes shape = layer.output(List.of(x.shape()));
        Nd y = Nd.of(shape, i -> layer.bias() ? in.get(2).get(i % shape.elementsFrom(1)) : 0);
        forEachTap(x.shape(), shape, (o, i, w) -> y.add(o, x.get(i) * in.get(1).get(w)));
        return y;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    /**
     * The gradient by the input. Operands: the result's gradient and the weight.
     *
     * @param op the layer
     * @param shape the shape of its input
     */
    record GradInput(LocallyConnectedOp op, Shape shape) implements Op {
        static final OpSpec<GradInput> SPEC = OpSpec.<GradInput>of("locally_connected_grad_input", Category.INTERNAL)
                .doc("The gradient of `locally_connected` by its input.")
                .operands("gradient", "weight")
                .type((op, data) -> TensorType.f32(op.shape))
                .macs((op, data, result) -> macs(op.op.layer, result, data.get(0)))
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd dy = in.get(0);
                    Nd dx = new Nd(context.sizes(op.shape));
                    op.op.forEachTap(
                            dx.shape(),
                            dy.shape(),
                            (o, i, w) -> dx.add(i, dy.get(o) * in.get(1).get(w)));
                    return dx;
                })
                .kernel(op -> KernelCall.of(
                        LocallyConnectedGradInput.class, "locallyConnectedGradInput", geometry(op.op.layer), op.shape))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /**
     * The gradient by the weight. Operands: the result's gradient and the input.
     *
     * @param op the layer
     */
    record GradWeight(LocallyConnectedOp op) implements Op {
        static final OpSpec<GradWeight> SPEC = OpSpec.<GradWeight>of("locally_connected_grad_weight", Category.INTERNAL)
                .doc("The gradient of `locally_connected` by its weight.")
                .operands("gradient", "x")
                .type((op, data) -> TensorType.f32(Windows.shape(op.op.layer.weightShape(sizes(data.get(1))))))
                .macs((op, data, result) -> macs(op.op.layer, data.get(1), data.get(0)))
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd dy = in.get(0);
                    Nd x = in.get(1);
                    Nd dw = new Nd(op.op.layer.weightShape(x.shape()));
                    op.op.forEachTap(x.shape(), dy.shape(), (o, i, w) -> dw.add(w, dy.get(o) * x.get(i)));
                    return dw;
                })
                .kernel(op -> KernelCall.of(
                        LocallyConnectedGradWeight.class, "locallyConnectedGradWeight", geometry(op.op.layer)))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
