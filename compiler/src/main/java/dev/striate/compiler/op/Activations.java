package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Pointwise;
import java.util.List;

/** The element-wise functions of one value, as layers. */
final class Activations {
    private static final Attr SLOPE = Attr.optional("slope", Attr.Kind.FLOAT, 0.01, "the factor below 0");
    private static final Attr ALPHA = Attr.optional("alpha", Attr.Kind.FLOAT, 1.0, "minus the limit far below 0");

    static final List<OpSpec<PointwiseOp>> ALL = List.of(
            layer("relu", "`max(x, 0)`; its derivative at 0 is 0.")
                    .factory(a -> made(a, Pointwise.relu()))
                    .onnx("Relu", node("Relu"))
                    .build(),
            of("tanh", "The hyperbolic tangent.", Pointwise.tanh(), "Tanh"),
            of("sigmoid", "The logistic function `1 / (1 + exp(-x))`.", Pointwise.sigmoid(), "Sigmoid"),
            layer("leaky_relu", "`x` above 0, else `slope * x`; its derivative at 0 is the slope.")
                    .attrs(SLOPE)
                    .factory(a -> made(a, Pointwise.leakyRelu(a.number("slope")), a.number("slope")))
                    .onnx("LeakyRelu", node("LeakyRelu", "alpha"))
                    .build(),
            layer("elu", "`x` above 0, else `alpha * (exp(x) - 1)`.")
                    .attrs(ALPHA)
                    .factory(a -> made(a, Pointwise.elu(a.number("alpha")), a.number("alpha")))
                    .onnx("Elu", node("Elu", "alpha"))
                    .build(),
            layer("selu", "`1.0507` times `elu` with `alpha=1.6733`.")
                    .factory(a -> made(a, Pointwise.selu()))
                    .onnx("Selu", node("Selu"))
                    .build(),
            of(
                    "gelu",
                    "`x * (1 + erf(x / sqrt(2))) / 2`, the exact form; the cpu backend's erf is within 1.5e-7.",
                    Pointwise.gelu(),
                    "Erf"),
            of("silu", "`x * sigmoid(x)`, also called swish.", Pointwise.silu(), "Sigmoid"),
            of("softplus", "`log(1 + exp(x))`, without overflow.", Pointwise.softplus(), "Softplus"),
            layer("hard_sigmoid", "`x / 6 + 1 / 2`, between 0 and 1 (PyTorch's; ONNX has a slope of 0.2).")
                    .factory(a -> made(a, Pointwise.hardSigmoid()))
                    .onnx(
                            "HardSigmoid",
                            (op, o) -> o.add(OnnxOp.of("HardSigmoid").with("alpha", 1.0 / 6), o.input(0)))
                    .build(),
            layer("hard_swish", "`x * hard_sigmoid(x)`.")
                    .factory(a -> made(a, Pointwise.hardSwish()))
                    .onnx("HardSwish", node("HardSwish"))
                    .build(),
            layer("clip", "`x`, but at least `min` and then at most `max`; the derivative is 0 there and outside.")
                    .attrs(
                            Attr.required("min", Attr.Kind.FLOAT, "the least result"),
                            Attr.required("max", Attr.Kind.FLOAT, "the largest result"))
                    .factory(Activations::clip)
                    .onnx("Clip", (op, o) -> o.add("Clip", o.input(0), bound(op, o, 0), bound(op, o, 1)))
                    .type((op, data) -> clipped(op, data.get(0)))
                    .build(),
            function("step", "1 where `x > 0`, else 0, also for NaN.")
                    .factory(a -> made(a, Pointwise.heaviside()))
                    .notDifferentiable("it is flat, so its slope is 0 wherever there is one")
                    .onnx("Greater", PointwiseOp::export)
                    .build(),
            of("exp", "The exponential function.", Pointwise.exp(), "Exp"),
            of("log", "The natural logarithm: -infinity at 0, NaN below.", Pointwise.log(), "Log"),
            of("sqrt", "The square root: NaN below 0; the derivative at 0 is infinite.", Pointwise.sqrt(), "Sqrt"),
            of("abs", "The absolute value; its derivative at 0 is 0.", Pointwise.abs(), "Abs"),
            of("square", "`x * x`.", Pointwise.square(), "Mul"));

    private Activations() {}

    private static OpSpec<PointwiseOp> of(String name, String doc, Pointwise function, String onnx) {
        return layer(name, doc)
                .factory(a -> made(a, function))
                .onnx(onnx, PointwiseOp::export)
                .build();
    }

    private static OpSpec.Builder<PointwiseOp> layer(String name, String doc) {
        return function(name, doc).gradient(PointwiseOp::gradient);
    }

    private static OpSpec.Builder<PointwiseOp> function(String name, String doc) {
        return OpSpec.<PointwiseOp>of(name, Category.LAYER)
                .doc(doc)
                .operands("x")
                .elementwise()
                .type((op, data) -> TensorType.f32(Types.requireFloat(name, 0, data.get(0))))
                .noMacs()
                .field(op -> Field.POINT)
                .eval((op, in, context) -> PointwiseOp.eval(op.function(), in))
                .kernel(op -> op.call());
    }

    /** The operator whose kernel is described by a factory of the function's name. */
    private static PointwiseOp made(Args args, Pointwise function, Object... arguments) {
        return new PointwiseOp(args.spec(), function, KernelCall.of(Pointwise.class, function.name(), arguments));
    }

    /** A node of ONNX whose attributes of some names are the function's arguments. */
    private static OpSpec.OnnxRule<PointwiseOp> node(String type, String... attributes) {
        return (op, o) -> {
            OnnxOp node = OnnxOp.of(type);
            for (int i = 0; i < attributes.length; i++) {
                node = node.with(attributes[i], argument(op, i));
            }
            return o.add(node, o.input(0));
        };
    }

    private static double argument(PointwiseOp op, int index) {
        return (Double) op.call().args().get(index);
    }

    private static String bound(PointwiseOp op, OnnxBuilder o, int index) {
        return o.number(argument(op, index));
    }

    private static PointwiseOp clip(Args args) {
        double low = args.number("min");
        double high = args.number("max");
        return made(args, Pointwise.clip(low, high), low, high);
    }

    private static TensorType clipped(PointwiseOp clip, TensorType x) {
        List<Object> ends = clip.call().args();
        if ((double) ends.get(0) > (double) ends.get(1)) {
            throw new ShapeError(
                            Code.WRONG_ARGUMENT,
                            "`min` of `clip` is at most `max`, and here they are " + ends.get(0) + " and "
                                    + ends.get(1))
                    .fix("swap them");
        }
        return TensorType.f32(Types.requireFloat("clip", 0, x));
    }
}
