package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.Lines;
import java.util.ArrayList;
import java.util.List;

/**
 * Pooling of whole maps, or of neighbouring channels, and its gradient.
 *
 * @param spec which of the specifications below
 * @param pool what is pooled
 * @param call how generated code builds it
 */
public record LinePoolOp(OpSpec<?> spec, LinePool pool, KernelCall call) implements Op {
    static final OpSpec<LinePoolOp> GLOBAL_AVERAGE = ofMaps(
                    "global_avg_pool", LinePool.globalAvgPool(), "globalAvgPool", "GlobalAveragePool")
            .doc("The mean of each map: `[N, C, H, W]` gives `[N, C]`.")
            .build();

    static final OpSpec<LinePoolOp> GLOBAL_MAX = ofMaps(
                    "global_max_pool", LinePool.globalMaxPool(), "globalMaxPool", "GlobalMaxPool")
            .doc(
                    "The largest element of each map: `[N, C, H, W]` gives `[N, C]`; the first of equals gets the gradient.")
            .build();

    static final OpSpec<LinePoolOp> MAXOUT = ofChannels("maxout", "ReduceMax")
            .doc("The largest of each `pieces` neighbouring channels; the first of equals gets the gradient.")
            .factory(a -> new LinePoolOp(
                    a.spec(),
                    LinePool.maxout(a.integer("pieces")),
                    KernelCall.of(LinePool.class, "maxout", a.integer("pieces"))))
            .build();

    static final OpSpec<LinePoolOp> CHANNEL_L2 = ofChannels("channel_l2_pool", "ReduceL2")
            .doc(
                    "The square root of the sum of squares of each `pieces` neighbouring channels; where it is 0, so is the"
                            + " gradient.")
            .factory(a -> new LinePoolOp(
                    a.spec(),
                    LinePool.channelL2Pool(a.integer("pieces")),
                    KernelCall.of(LinePool.class, "channelL2Pool", a.integer("pieces"))))
            .build();

    private static OpSpec.Builder<LinePoolOp> ofMaps(String name, LinePool pool, String factory, String onnx) {
        return pooling(name)
                .field(op -> Field.ALL)
                .onnx(onnx, (op, o) -> o.add("Flatten", o.add(onnx, o.input(0))))
                .factory(a -> new LinePoolOp(a.spec(), pool, KernelCall.of(LinePool.class, factory)));
    }

    private static OpSpec.Builder<LinePoolOp> ofChannels(String name, String onnx) {
        return pooling(name)
                .field(op -> Field.POINT)
                .onnx(onnx, (op, o) -> {
                    Shape x = o.node().input(0).shape();
                    int pieces = op.pool.pieces();
                    List<Dim> apart = Onnx.split(x, 1, x.dim(1).toInt() / pieces, pieces);
                    String split = Onnx.reshape(o, o.input(0), apart);
                    return o.add(OnnxOp.of(onnx).with("keepdims", 0), split, o.integers(2));
                })
                .attrs(Attr.required("pieces", Attr.Kind.POSITIVE_INT, "how many neighbouring channels become one"));
    }

    private static OpSpec.Builder<LinePoolOp> pooling(String name) {
        return OpSpec.<LinePoolOp>of(name, Category.LAYER)
                .operands("x")
                .type((op, data) -> op.type(data.get(0)))
                .noMacs()
                .gradient((op, g) ->
                        g.give(0, new Grad(op), g.incoming(), g.node().input(0)))
                .eval((op, in, context) -> op.eval(in.get(0)))
                .kernel(op -> op.call);
    }

    private TensorType type(TensorType data) {
        if (pool.pieces() == 0) {
            Shape x = Windows.featureMap(name(), data);
            return TensorType.f32(Shape.of(x.dim(0), x.dim(1)));
        }
        Shape x = Types.requireChannels(name(), data);
        int channels = Windows.fixedChannels(name(), x);
        if (channels % pool.pieces() != 0) {
            throw new ShapeError(
                            Code.GROUPS,
                            "pieces=" + pool.pieces() + " does not divide " + channels + " incoming channels")
                    .remark(0, List.of(1), channels + " channels come from here")
                    .fix("choose a number of pieces that divides " + channels);
        }
        List<Dim> dims = new ArrayList<>(x.dims());
        dims.set(1, Dim.of(channels / pool.pieces()));
        return TensorType.f32(new Shape(dims));
    }

    private Nd eval(Nd x) {
        Lines lines = pool.lines(x.shape());
        Sizes shape = pool.output(List.of(x.shape()));
        return Nd.of(shape, line -> {
            double sum = 0;
            double max = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < lines.count(); i++) {
                double v = x.get(lines.at(line, i));
                max = Math.max(max, v);
                sum += pool.kind() == LinePool.Kind.L2 ? v * v : v;
            }
            return switch (pool.kind()) {
                case MAX -> max;
                case AVERAGE -> sum / lines.count();
                case L2 -> Math.sqrt(sum);
            };
        });
    }

    /**
     * The gradient. Operands: the result's gradient and the input.
     *
     * @param op the pooling
     */
    record Grad(LinePoolOp op) implements Op {
        static final OpSpec<Grad> SPEC = OpSpec.<Grad>of("line_pool_grad", Category.INTERNAL)
                .doc("The gradient of `global_avg_pool`, `global_max_pool`, `maxout` and `channel_l2_pool`.")
                .operands("gradient", "x")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> op.eval(in.get(0), in.get(1)))
                .kernel(op -> KernelCall.of(LinePoolGrad.class, "linePoolGrad", op.op.call))
                .build();

        private Nd eval(Nd g, Nd x) {
            Lines lines = op.pool.lines(x.shape());
            Nd y = op.eval(x);
            Nd dx = new Nd(x.shape());
            for (int line = 0; line < lines.size(); line++) {
                int largest = largest(x, lines, line);
                for (int i = 0; i < lines.count(); i++) {
                    double v = x.get(lines.at(line, i));
                    double share = switch (op.pool.kind()) {
                        case MAX -> i == largest ? 1 : 0;
                        case AVERAGE -> 1.0 / lines.count();
                        case L2 -> y.get(line) == 0 ? 0 : v / y.get(line);
                    };
                    dx.set(lines.at(line, i), share * g.get(line));
                }
            }
            return dx;
        }

        /** The first of the largest; NaN is larger than any number. */
        private static int largest(Nd x, Lines lines, int line) {
            int largest = 0;
            for (int i = 1; i < lines.count(); i++) {
                double best = x.get(lines.at(line, largest));
                double v = x.get(lines.at(line, i));
                largest = v > best || (Double.isNaN(v) && !Double.isNaN(best)) ? i : largest;
            }
            return largest;
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
