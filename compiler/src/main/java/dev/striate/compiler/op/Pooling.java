package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Pool.Kind;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Maximum, average and norm pooling and their gradients.
 *
 * @param kind what is taken of each window
 * @param window kernel, stride, padding, rounding
 * @param countPadding whether an average counts the padding's zeros
 */
public record Pooling(Kind kind, Window window, boolean countPadding) implements Op {
    private static final Attr KERNEL = Attr.required("kernel", Attr.Kind.EXTENT, "the size of the window");
    private static final Attr STRIDE =
            Attr.derived("stride", Attr.Kind.EXTENT, "the step between two windows; the kernel's size when left out");
    private static final Attr ROUND =
            Attr.optional("round", Attr.Kind.ROUNDING, Rounding.EXACT, "when windows do not tile the input");
    private static final Attr PAD =
            Attr.optional("pad", Attr.Kind.PADDING, Padding.NONE, "rows and columns around the input");

    static final OpSpec<Pooling> MAX = pooling("max_pool", "MaxPool")
            .doc(
                    "The largest element of each window; the first of equals gets the gradient. Padding is minus infinity.")
            .attrs(KERNEL, STRIDE, PAD, ROUND)
            .factory(a -> new Pooling(Kind.MAX, window(a), false))
            .gradient(
                    (op, g) -> g.give(0, new GradMax(op), g.incoming(), g.node().input(0)))
            .build();

    static final OpSpec<Pooling> AVERAGE = pooling("avg_pool", "AveragePool")
            .doc("The mean of each window; without the padding unless `count_include_pad=true`.")
            .attrs(
                    KERNEL,
                    STRIDE,
                    PAD,
                    ROUND,
                    Attr.optional("count_include_pad", Attr.Kind.BOOL, false, "whether the padding's zeros count"))
            .factory(a -> new Pooling(Kind.AVERAGE, window(a), a.bool("count_include_pad")))
            .gradient((op, g) -> g.give(0, new GradAverage(op, g.node().input(0).shape()), g.incoming()))
            .build();

    static final OpSpec<Pooling> L2 = pooling("l2_pool", "LpPool")
            .doc("The square root of the sum of squares of each window; where it is 0, so is the gradient.")
            .attrs(KERNEL, STRIDE, PAD, ROUND)
            .factory(a -> new Pooling(Kind.L2, window(a), false))
            .gradient(
                    (op, g) -> g.give(0, new GradL2(op), g.incoming(), g.node().input(0), g.node()))
            .build();

    private static OpSpec.Builder<Pooling> pooling(String name, String onnx) {
        return OpSpec.<Pooling>of(name, Category.LAYER)
                .operands("x")
                .type((op, data) -> op.type(data.get(0)))
                .noMacs()
                .field(op -> new Field.Windowed(op.window))
                .eval((op, in, context) -> op.eval(in.get(0)))
                .onnx(onnx, Pooling::export)
                .kernel(op -> op.call());
    }

    private String export(OnnxBuilder o) {
        Optional<List<Integer>> pads =
                OnnxWindows.pads(window, o.node().input(0).shape(), o.node().shape());
        if (pads.map(this::isPlain).orElseGet(() -> OnnxWindows.hasAutoPad(window))) {
            return o.add(OnnxWindows.padded(onnx(), window, pads), o.input(0));
        }
        if (kind == Kind.AVERAGE) {
            return means(o);
        }
        double value = kind == Kind.MAX ? Double.NEGATIVE_INFINITY : 0;
        String padded = OnnxWindows.pad(o, o.input(0), window, pads, value);
        return o.add(OnnxWindows.sized(onnx(), window), padded);
    }

    private OnnxOp onnx() {
        return switch (kind) {
            case MAX -> OnnxOp.of("MaxPool");
            case AVERAGE -> OnnxOp.of("AveragePool").with("count_include_pad", countPadding ? 1 : 0);
            case L2 -> OnnxOp.of("LpPool").with("p", 2);
        };
    }

    /** Whether ONNX can say it in one node: padding is smaller than the window, and all of it counts, or none. */
    private boolean isPlain(List<Integer> pads) {
        boolean small = IntStream.range(0, 4)
                .allMatch(i -> pads.get(i) < window.kernel().along(i % 2));
        boolean past = window.rounding() == Rounding.CEIL && window.padding() instanceof Padding.Explicit;
        return small && !(countPadding && past);
    }

    /** The means of windows that ONNX cannot say, such as those wholly in the padding, which are 0. */
    private String means(OnnxBuilder o) {
        return OnnxBoxes.means(o, o.input(0), windows(o, 0), windows(o, 1));
    }

    private String windows(OnnxBuilder o, int axis) {
        Dim n = o.node().input(0).shape().dim(2 + axis);
        List<String> around = OnnxWindows.around(o, window, axis);
        String number = OnnxBoxes.numbers(o, o.node().shape().dim(2 + axis));
        String step = o.add("Mul", number, o.integers(window.stride().along(axis)));
        String first = o.add("Sub", step, around.get(0));
        String behind = o.add("Add", first, o.integers(window.kernel().along(axis)));
        String from = o.add("Max", first, o.integers(0));
        String to = o.add("Min", behind, o.sizes(List.of(n)));
        String divisor = countPadding
                ? o.add("Sub", o.add("Min", behind, o.add("Add", o.sizes(List.of(n)), around.get(1))), first)
                : o.add("Max", o.add("Sub", to, from), o.integers(1));
        return OnnxBoxes.matrix(o, n, from, to, divisor);
    }

    private static Window window(Args a) {
        Extent kernel = a.extent("kernel");
        return new Window(kernel, a.extentOr("stride", kernel), Extent.ONE, a.padding("pad"), a.rounding("round"));
    }

    @Override
    public OpSpec<?> spec() {
        return switch (kind) {
            case MAX -> MAX;
            case AVERAGE -> AVERAGE;
            case L2 -> L2;
        };
    }

    private TensorType type(TensorType input) {
        Shape x = Windows.featureMap(name(), input);
        return TensorType.f32(Shape.of(
                x.dim(0), x.dim(1), Windows.output(name(), window, x, 0), Windows.output(name(), window, x, 1)));
    }

    private KernelCall call() {
        String factory = switch (kind) {
            case MAX -> "maxPool";
            case AVERAGE -> "avgPool";
            case L2 -> "l2Pool";
        };
        return Windows.options(
                        KernelCall.of(
                                Pool.class,
                                factory,
                                window.kernel().h(),
                                window.kernel().w()),
                        window,
                        window.kernel())
                .with(countPadding, "countPadding");
    }

    /** What is done with one window: the row-major index of its result, and those of its elements inside the input. */
    @FunctionalInterface
    private interface Visitor {
        void visit(int out, List<Integer> elements, int divisor);
    }

    private void forEachWindow(Sizes x, Visitor visitor) {
        Sizes y = outputShape(x);
        for (int out = 0; out < y.elements(); out++) {
            int top = out / y.dim(3) % y.dim(2) * window.stride().h() - window.before(x.dim(2), 0);
            int left = out % y.dim(3) * window.stride().w() - window.before(x.dim(3), 1);
            int plane = out / y.elementsFrom(2) * x.elementsFrom(2);
            List<Integer> elements = new ArrayList<>();
            int padded = 0;
            for (int h = top; h < top + window.kernel().h(); h++) {
                for (int w = left; w < left + window.kernel().w(); w++) {
                    if (h >= 0 && h < x.dim(2) && w >= 0 && w < x.dim(3)) {
                        elements.add(plane + h * x.dim(3) + w);
                    }
                    // Within the padding, not beyond it, where a window reaches that was rounded up.
                    padded += h < x.dim(2) + window.after(x.dim(2), 0) && w < x.dim(3) + window.after(x.dim(3), 1)
                            ? 1
                            : 0;
                }
            }
            visitor.visit(out, elements, countPadding ? padded : elements.size());
        }
    }

    private Sizes outputShape(Sizes x) {
        return Sizes.of(x.dim(0), x.dim(1), window.output(x.dim(2), 0), window.output(x.dim(3), 1));
    }

    private Nd eval(Nd x) {
        Nd y = new Nd(outputShape(x.shape()));
        forEachWindow(x.shape(), (out, elements, divisor) -> {
            double value = switch (kind) {
                case MAX -> elements.stream().mapToDouble(x::get).reduce(Double.NEGATIVE_INFINITY, Math::max);
                case AVERAGE -> // 0 of a window wholly in the padding
                    elements.stream().mapToDouble(x::get).sum() / Math.max(1, divisor);
                case L2 ->
                    Math.sqrt(elements.stream()
                            .mapToDouble(i -> x.get(i) * x.get(i))
                            .sum());
            };
            y.set(out, value);
        });
        return y;
    }

    /**
     * The gradient of maximum pooling. Operands: the result's gradient and the input.
     *
     * @param pool the pooling
     */
    record GradMax(Pooling pool) implements Op {
        static final OpSpec<GradMax> SPEC = OpSpec.<GradMax>of("max_pool_grad", Category.INTERNAL)
                .doc("The gradient of `max_pool`: all of it goes to the first of the largest.")
                .operands("gradient", "x")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .anchor()
                .isGradient()
                .eval((op, in, context) -> {
                    Nd x = in.get(1);
                    Nd dx = new Nd(x.shape());
                    op.pool.forEachWindow(
                            x.shape(),
                            (out, elements, divisor) -> elements.stream()
                                    .reduce((a, b) -> isLarger(x.get(b), x.get(a)) ? b : a)
                                    .ifPresent(
                                            largest -> dx.add(largest, in.get(0).get(out))));
                    return dx;
                })
                .kernel(op -> KernelCall.of(MaxPoolGrad.class, "maxPoolGrad", op.pool.call()))
                .build();

        /** NaN is larger than any number, as it is for the maximum itself. */
        private static boolean isLarger(double a, double b) {
            return a > b || (Double.isNaN(a) && !Double.isNaN(b));
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /**
     * The gradient of pooling by the norm. Operands: the result's gradient, the input and the result.
     *
     * @param pool the pooling
     */
    record GradL2(Pooling pool) implements Op {
        static final OpSpec<GradL2> SPEC = OpSpec.<GradL2>of("l2_pool_grad", Category.INTERNAL)
                .doc("The gradient of `l2_pool`: `g x / y`.")
                .operands("gradient", "x", "y")
                .type((op, data) -> data.get(1))
                .noMacs()
                .field(op -> Field.ALL)
                .isGradient()
                .eval((op, in, context) -> {
                    Nd x = in.get(1);
                    Nd dx = new Nd(x.shape());
                    op.pool.forEachWindow(x.shape(), (out, elements, divisor) -> {
                        double y = in.get(2).get(out);
                        double share = y == 0 ? 0 : in.get(0).get(out) / y;
                        elements.forEach(i -> dx.add(i, share * x.get(i)));
                    });
                    return dx;
                })
                .kernel(op -> KernelCall.of(L2PoolGrad.class, "l2PoolGrad", op.pool.call()))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }

    /**
     * The gradient of average pooling. Operand: the result's gradient.
     *
     * @param pool the pooling
     * @param shape the shape of its input
     */
    record GradAverage(Pooling pool, Shape shape) implements Op {
        static final OpSpec<GradAverage> SPEC = OpSpec.<GradAverage>of("avg_pool_grad", Category.INTERNAL)
                .doc("The gradient of `avg_pool`: every element of a window gets its share.")
                .operands("gradient")
                .type((op, data) -> TensorType.f32(op.shape))
                .noMacs()
                .field(op -> Field.ALL)
                .anchor()
                .isGradient()
                .eval((op, in, context) -> {
                    Nd dx = new Nd(context.sizes(op.shape));
                    op.pool.forEachWindow(
                            dx.shape(),
                            (out, elements, divisor) ->
                                    elements.forEach(i -> dx.add(i, in.get(0).get(out) / divisor)));
                    return dx;
                })
                .kernel(op -> KernelCall.of(AvgPoolGrad.class, "avgPoolGrad", op.pool.call(), op.shape))
                .build();

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
