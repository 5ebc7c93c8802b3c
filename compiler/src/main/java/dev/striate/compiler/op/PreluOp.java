package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Prelu;
import java.util.List;

/**
 * Relu with a learned slope below 0 for each channel.
 *
 * @param init first values of the weight
 */
record PreluOp(Init init) implements Op {
    private static final Init USUAL = Init.constant(Prelu.SLOPE);
    private static final Pointwise FUNCTION = Pointwise.parametricRelu();
    private static final KernelCall CALL = KernelCall.of(Pointwise.class, "parametricRelu");

    static final OpSpec<PreluOp> SPEC = OpSpec.<PreluOp>of("prelu", Category.LAYER)
            .doc("`x` above 0, else a learned slope of the channel times `x`; its derivative at 0 is the slope.")
            .operands("x")
            .elementwise()
            .attrs(Attr.optional("init", Attr.Kind.INIT, USUAL, "first values of the slopes"))
            .factory(a -> new PreluOp(a.init("init")))
            .type((op, data) -> op.type(data.get(0)))
            .params((op, data) -> List.of(
                    new ParamSpec("weight", Sizes.of(data.get(0).shape().dim(1).toInt()), op.init)))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient(PreluOp::gradient)
            .eval((op, in, context) -> PointwiseOp.eval(
                    FUNCTION,
                    List.of(in.get(0), in.get(1).reshaped(Sizes.of(1, in.get(1).size())))))
            .onnx("PRelu", (op, o) -> o.add("PRelu", o.input(0), Onnx.alongChannels(o, o.input(1))))
            .kernel(op -> KernelCall.of(Prelu.class, "prelu").with(!op.init.equals(USUAL), "init", op.init))
            .build();

    private TensorType type(TensorType data) {
        Shape x = Types.requireFloat("prelu", 0, data);
        if (x.rank() < 2) {
            throw new ShapeError(Code.SHAPE, "prelu has a slope for each channel of [N, C, …], not of " + x)
                    .remark(0, List.of(), x + " comes from here")
                    .fix("use leaky_relu, whose slope is fixed");
        }
        Windows.fixedChannels("prelu", x);
        return data;
    }

    private static void gradient(PreluOp op, Gradients g) {
        Node x = g.node().input(0);
        Node weight = g.node().input(1);
        if (g.wants(0)) {
            ReshapeOp batched = new ReshapeOp(Shape.of(Dim.of(1), x.shape().dim(1)));
            Node slopes = g.emit(0, batched, weight);
            g.give(0, derivative(0), g.incoming(), x, slopes);
        }
        if (g.wants(1)) {
            g.give(1, new ChannelSumOp(), g.emit(1, derivative(1), g.incoming(), x));
        }
    }

    private static PointwiseOp derivative(int operand) {
        return new PointwiseOp(
                PointwiseOp.GRADIENT,
                Pointwise.gradient(FUNCTION, operand),
                KernelCall.of(Pointwise.class, "gradient", CALL, operand));
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
