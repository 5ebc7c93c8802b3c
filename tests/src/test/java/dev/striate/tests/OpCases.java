package dev.striate.tests;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.op.ShapeError;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Random legal cases of operators, with attributes that are larger and odder than those of real nets. The operators
 * without a generator here are those that others emit as their gradients.
 */
final class OpCases {
    private static final Map<String, Function<Draw, OpCase>> GENERATORS = withPlain(
            List.of(
                    "relu",
                    "tanh",
                    "sigmoid",
                    "selu",
                    "gelu",
                    "silu",
                    "softplus",
                    "step",
                    "exp",
                    "abs",
                    "square",
                    "identity",
                    "detach"),
            Map.ofEntries(
                    Map.entry("conv", OpCases::conv),
                    Map.entry("max_pool", d -> pool(d, "max_pool", Map.of())),
                    Map.entry("avg_pool", d -> pool(d, "avg_pool", Map.of("count_include_pad", d.once(2)))),
                    Map.entry("fc", OpCases::fc),
                    Map.entry("flatten", d -> on(d, make("flatten", Map.of()), d.shape(d.between(2, 4)))),
                    Map.entry("leaky_relu", d -> any(d, "leaky_relu", Map.of("slope", d.of(0.01, 0.3)))),
                    Map.entry("elu", d -> any(d, "elu", Map.of("alpha", d.of(1.0, 0.5)))),
                    Map.entry(
                            "clip",
                            d -> any(
                                    d,
                                    "clip",
                                    Map.of("min", d.of(-1.2345678, 0.0123456), "max", d.of(1.3456789, 6.0)))),
                    Map.entry("log", d -> any(d, "log", Map.of()).map(Math::abs)),
                    Map.entry("sqrt", d -> any(d, "sqrt", Map.of()).map(Math::abs)),
                    Map.entry(
                            "hard_sigmoid",
                            d -> any(d, "hard_sigmoid", Map.of()).map(v -> 2.9876543 * v)),
                    Map.entry("hard_swish", d -> any(d, "hard_swish", Map.of()).map(v -> 2.9876543 * v)),
                    Map.entry(
                            "prelu",
                            d -> on(
                                    d,
                                    make("prelu", Map.of("init", d.of(Init.constant(0.25), Init.normal(0, 1)))),
                                    channels(d))),
                    Map.entry("log_softmax", d -> on(d, make("log_softmax", Map.of()), d.shape(d.between(2, 4)))),
                    Map.entry("softmax", d -> on(d, make("softmax", Map.of()), d.shape(d.between(2, 4)))),
                    Map.entry(
                            "dropout",
                            d -> on(
                                    d,
                                    make("dropout", Map.of("p", d.of(0.0, 0.1, 0.5, 0.9))),
                                    d.shape(d.between(1, 4)))),
                    Map.entry("cross_entropy", d -> scores(d, make("cross_entropy", Map.of()), 1)),
                    Map.entry("quadratic", d -> pair(d, make("quadratic", Map.of()))),
                    Map.entry("top1", d -> scores(d, make("top1", Map.of()), 1)),
                    Map.entry("topk", OpCases::topK),
                    Map.entry("add", d -> merge(d, "add", OpCases::onesApart)),
                    Map.entry("mul", d -> merge(d, "mul", OpCases::meeting)),
                    Map.entry("max", d -> apart(merge(d, "max", OpCases::onesApart))),
                    Map.entry("mean", d -> merge(d, "mean", OpCases::onesApart)),
                    Map.entry("div", d -> arithmetic(d, "div")),
                    Map.entry("plus", d -> arithmetic(d, "plus")),
                    Map.entry("minus", d -> arithmetic(d, "minus")),
                    Map.entry("times", d -> arithmetic(d, "times")),
                    Map.entry("over", d -> arithmetic(d, "over")),
                    Map.entry("sum", d -> reduce(d, "sum")),
                    Map.entry("reduce_mean", d -> reduce(d, "mean")),
                    Map.entry("reduce_max", d -> reduce(d, "max")),
                    Map.entry("concat", OpCases::concat),
                    Map.entry("slice", OpCases::slice),
                    Map.entry("pad", OpCases::pad),
                    Map.entry("reshape", OpCases::reshape),
                    Map.entry("crop", OpCases::crop),
                    Map.entry(
                            "upsample",
                            d -> on(
                                    d,
                                    make(
                                            "upsample",
                                            Map.of("factor", d.extent(4), "mode", d.of(Upsample.Mode.values()))),
                                    d.map(d.between(1, 3)))),
                    Map.entry("channel_shuffle", OpCases::channelShuffle),
                    Map.entry(
                            "zeros",
                            d -> d.on(make(
                                    "zeros",
                                    Map.of("shape", d.shape(d.between(1, 4)).dims())))),
                    Map.entry(
                            "ones",
                            d -> d.on(make(
                                    "ones",
                                    Map.of("shape", d.shape(d.between(1, 4)).dims())))),
                    Map.entry(
                            "normal",
                            d -> d.on(make(
                                    "normal",
                                    Map.of(
                                            "shape",
                                            d.shape(d.between(1, 4)).dims(),
                                            "mean",
                                            d.of(0.0, -3.0),
                                            "deviation",
                                            d.of(0.0, 0.5, 2.0)))))));

    private OpCases() {}

    /** The entries, and a generator for each element-wise operator without arguments. */
    private static Map<String, Function<Draw, OpCase>> withPlain(
            List<String> plain, Map<String, Function<Draw, OpCase>> others) {
        Map<String, Function<Draw, OpCase>> all = new HashMap<>(others);
        plain.forEach(name -> all.put(name, d -> any(d, name, Map.of())));
        return Map.copyOf(all);
    }

    /** The operators that have a generator. */
    static Set<String> names() {
        return GENERATORS.keySet();
    }

    /**
     * Case {@code number} of an operator.
     *
     * @throws AssertionError when there is no generator for it
     */
    static OpCase draw(String operator, int number) {
        Function<Draw, OpCase> generator = GENERATORS.get(operator);
        if (generator == null) {
            throw new AssertionError("operator " + operator + " has no generator of random cases; add one to OpCases");
        }
        return generator.apply(new Draw(31L * operator.hashCode() + number));
    }

    private static Op make(String operator, Map<String, Object> attrs) {
        OpSpec<?> spec = Ops.byName(operator).orElseThrow();
        return spec.make(new Args(spec, attrs));
    }

    private static OpCase on(Draw d, Op op, Shape x) {
        return d.on(op, TensorType.f32(x));
    }

    private static OpCase any(Draw d, String operator, Map<String, Object> attrs) {
        return on(d, make(operator, attrs), d.shape(d.between(1, 4)));
    }

    /** A shape {@code [N, C, …]} with a known number of channels. */
    private static Shape channels(Draw d) {
        Shape map = d.map(d.between(1, 5));
        return new Shape(map.dims().subList(0, d.between(2, 4)));
    }

    private static OpCase pair(Draw d, Op op) {
        TensorType type = TensorType.f32(d.shape(d.between(1, 4)));
        return d.on(op, type, type);
    }

    private static OpCase merge(Draw d, String operator, BiFunction<Draw, Shape, Shape> other) {
        Shape x = d.shape(d.between(1, 4));
        List<TensorType> operands = new ArrayList<>(List.of(TensorType.f32(x)));
        for (int i = d.between(1, 3); i > 0; i--) {
            operands.add(TensorType.f32(other.apply(d, x)));
        }
        return d.on(make(operator, Map.of()), operands.toArray(TensorType[]::new));
    }

    /** With operands of which no two elements are equal: each has the drawn numbers, moved a little. */
    private static OpCase apart(OpCase c) {
        Map<String, Nd> values = new HashMap<>();
        for (int i = 0; i < c.data().size(); i++) {
            Nd drawn = c.value(c.data().get(i));
            float by = i * 0.001f;
            values.put(c.data().get(i).path(), Nd.of(drawn.shape(), j -> (float) drawn.get(j) + by));
        }
        return new OpCase(c.node(), values, c.sizes());
    }

    /** The shape with a one more at its end, sometimes. */
    private static Shape onesApart(Draw d, Shape x) {
        List<Dim> dims = new ArrayList<>(x.dims());
        if (d.once(3)) {
            dims.add(Dim.of(1));
        }
        return new Shape(dims);
    }

    /** A shape that meets another from the left: some sizes become 1, some axes at the end go. */
    private static Shape meeting(Draw d, Shape x) {
        List<Dim> dims = new ArrayList<>(x.dims().subList(0, d.once(3) ? d.between(0, x.rank()) : x.rank()));
        dims.replaceAll(dim -> d.once(4) ? Dim.of(1) : dim);
        return new Shape(dims);
    }

    /** Two operands, each of which may repeat along axes of the other; the second one is not near 0. */
    private static OpCase arithmetic(Draw d, String operator) {
        Shape whole = d.shape(d.between(1, 4));
        OpCase drawn =
                d.on(make(operator, Map.of()), TensorType.f32(meeting(d, whole)), TensorType.f32(meeting(d, whole)));
        return drawn.map(v -> Math.copySign(Math.max(Math.abs(v), 0.25), v));
    }

    private static OpCase reduce(Draw d, String operator) {
        Shape x = d.shape(d.between(2, 4));
        List<Axis> axes = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            if (d.once(2)) {
                axes.add(d.once(2) ? Axis.of(axis) : new Axis(Axis.name(axis, x.rank())));
            }
        }
        return on(d, make(operator, Map.of("axis", axes.isEmpty() ? List.of(Axis.C) : axes)), x);
    }

    private static OpCase concat(Draw d) {
        Shape x = d.shape(d.between(2, 4));
        int axis = d.between(1, x.rank() - 1);
        TensorType[] operands = new TensorType[d.between(1, 4)];
        for (int i = 0; i < operands.length; i++) {
            List<Dim> dims = new ArrayList<>(x.dims());
            dims.set(axis, d.once(5) ? x.dim(axis) : Dim.of(d.between(1, 4)));
            operands[i] = TensorType.f32(new Shape(dims));
        }
        return d.on(make("concat", Map.of("axis", Axis.of(axis))), operands);
    }

    private static OpCase slice(Draw d) {
        int size = d.between(1, 7);
        int from = d.between(0, size - 1);
        Shape x = d.shape(d.between(2, 4));
        int axis = d.between(1, x.rank() - 1);
        List<Dim> dims = new ArrayList<>(x.dims());
        dims.set(axis, Dim.of(size));
        Map<String, Object> attrs =
                Map.of("axis", Axis.of(axis), "from", Dim.of(from), "to", Dim.of(d.between(from + 1, size)));
        return on(d, make("slice", attrs), new Shape(dims));
    }

    private static OpCase pad(Draw d) {
        Padding padding = new Padding.Explicit(d.between(0, 3), d.between(0, 3), d.between(0, 3), d.between(0, 3));
        return on(d, make("pad", Map.of("pad", padding, "value", d.of(0.0, -1.5))), d.map(d.between(1, 4)));
    }

    private static OpCase crop(Draw d) {
        int height = d.between(1, 7);
        int width = d.between(1, 7);
        Shape x = Shape.of(d.batch(), Dim.of(d.between(1, 3)), Dim.of(height), Dim.of(width));
        Shape like = Shape.of(x.dim(0), Dim.of(2), Dim.of(d.between(1, height)), Dim.of(d.between(1, width)));
        return d.on(make("crop", Map.of()), TensorType.f32(x), TensorType.f32(like));
    }

    private static OpCase channelShuffle(Draw d) {
        int groups = d.between(1, 4);
        Shape map = d.map(groups * d.between(1, 4));
        return on(
                d,
                make("channel_shuffle", Map.of("groups", groups)),
                new Shape(map.dims().subList(0, d.between(2, 4))));
    }

    private static OpCase reshape(Draw d) {
        Shape x = d.map(d.between(1, 4));
        Shape rows = Shape.of(x.dim(0), x.dim(1).times(x.dim(2)), x.dim(3));
        return on(
                d,
                make(
                        "reshape",
                        Map.of("shape", d.once(2) ? rows.dims() : x.dims().reversed())),
                x);
    }

    private static OpCase fc(Draw d) {
        Map<String, Object> attrs =
                Map.of("units", d.between(1, 9), "bias", d.once(2), "init", d.of(Init.lecunNormal(), Init.heUniform()));
        return on(d, make("fc", attrs), Shape.of(d.batch(), Dim.of(d.between(1, 9))));
    }

    private static OpCase scores(Draw d, Op op, int least) {
        int classes = d.between(least, least + 7);
        return d.on(
                op,
                TensorType.f32(Shape.of(d.batch(), Dim.of(classes))),
                TensorType.classes(classes, Shape.of(d.batch())));
    }

    private static OpCase topK(Draw d) {
        int k = d.between(1, 4);
        return scores(d, make("topk", Map.of("k", k)), k);
    }

    private static OpCase conv(Draw d) {
        return legal(d, () -> {
            int groups = d.of(1, 1, 2, 3);
            Map<String, Object> attrs = new HashMap<>(window(d, true));
            attrs.put("filters", groups * d.between(1, 3));
            attrs.put("groups", groups);
            attrs.put("bias", d.once(2));
            attrs.put("dilation", d.of(Extent.ONE, d.extent(3)));
            attrs.put("init", d.of(Init.heUniform(), Init.normal(0, 0.02)));
            return Map.entry(make("conv", attrs), d.map(groups * d.between(1, 3)));
        });
    }

    private static OpCase pool(Draw d, String operator, Map<String, Object> own) {
        return legal(d, () -> {
            Map<String, Object> attrs = new HashMap<>(window(d, d.once(2)));
            attrs.putAll(own);
            return Map.entry(make(operator, attrs), d.map(d.between(1, 4)));
        });
    }

    private static Map<String, Object> window(Draw d, boolean withStride) {
        Map<String, Object> attrs =
                new HashMap<>(Map.of("kernel", d.extent(4), "pad", d.padding(), "round", d.rounding()));
        if (withStride) {
            attrs.put("stride", d.extent(4));
        }
        return attrs;
    }

    private interface Attempt {
        Map.Entry<Op, Shape> draw();
    }

    /** The first of many draws whose window fits and tiles as its attributes ask. */
    private static OpCase legal(Draw d, Attempt attempt) {
        for (int i = 0; i < 1000; i++) {
            Map.Entry<Op, Shape> drawn = attempt.draw();
            TensorType x = TensorType.f32(drawn.getValue());
            if (isLegal(d, drawn.getKey(), x)) {
                return d.on(drawn.getKey(), x);
            }
        }
        throw new AssertionError("none of 1000 draws is legal");
    }

    private static boolean isLegal(Draw d, Op op, TensorType x) {
        try {
            return d.fits(op.spec().type(op, List.of(x)).shape());
        } catch (ShapeError e) {
            return false;
        }
    }
}
