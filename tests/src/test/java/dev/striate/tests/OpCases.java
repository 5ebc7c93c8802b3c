package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Args;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import dev.striate.compiler.op.ShapeError;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Random legal cases of operators, with attributes that are larger and odder than those of real nets. The operators
 * without a generator here are those that others emit as their gradients.
 */
final class OpCases {
    private static final Map<String, Function<Draw, OpCase>> OWN = Map.ofEntries(
            Map.entry("conv", OpCases::conv),
            Map.entry("max_pool", d -> pool(d, "max_pool", Map.of())),
            Map.entry("avg_pool", d -> pool(d, "avg_pool", Map.of("count_include_pad", d.once(2)))),
            Map.entry("l2_pool", d -> pool(d, "l2_pool", Map.of())),
            Map.entry(
                    "adaptive_avg_pool",
                    d -> on(d, make("adaptive_avg_pool", Map.of("size", d.extent(5))), d.map(d.between(1, 4)))),
            Map.entry("locally_connected", OpCases::locallyConnected),
            Map.entry("fc", OpCases::fc),
            Map.entry("flatten", d -> on(d, make("flatten", Map.of()), d.shape(d.between(2, 4)))),
            Map.entry("softmax", d -> on(d, make("softmax", Map.of()), d.shape(d.between(2, 4)))),
            Map.entry(
                    "dropout",
                    d -> on(d, make("dropout", Map.of("p", d.of(0.0, 0.1, 0.5, 0.9))), d.shape(d.between(1, 4)))),
            Map.entry("cross_entropy", OpCases::crossEntropy),
            Map.entry("conv_transpose", OpCases::convTranspose),
            Map.entry("mse", d -> compared(d, "mse")),
            Map.entry("l1_loss", d -> compared(d, "l1_loss")),
            Map.entry("mae", d -> compared(d, "mae")),
            Map.entry("smooth_l1", d -> compared(d, "smooth_l1")),
            Map.entry("hinge", d -> compared(d, "hinge")),
            Map.entry("perceptron_loss", d -> compared(d, "perceptron_loss")),
            Map.entry("binary_cross_entropy", d -> compared(d, "binary_cross_entropy")),
            // Probabilities are not negative.
            Map.entry("kl_divergence", d -> compared(d, "kl_divergence").map(Math::abs)),
            Map.entry("layer_norm", OpCases::layerNorm),
            Map.entry("instance_norm", d -> onChannels(d, make("instance_norm", Map.of("eps", d.of(1e-2, 0.1))))),
            Map.entry("group_norm", OpCases::groupNorm),
            Map.entry("l2_normalize", d -> onChannels(d, make("l2_normalize", Map.of()))),
            Map.entry("lrn", OpCases::lrn),
            Map.entry("global_avg_pool", d -> on(d, make("global_avg_pool", Map.of()), d.map(d.between(1, 4)))),
            Map.entry("global_max_pool", d -> on(d, make("global_max_pool", Map.of()), d.map(d.between(1, 4)))),
            Map.entry("maxout", d -> pieces(d, "maxout")),
            Map.entry("channel_l2_pool", d -> pieces(d, "channel_l2_pool")),
            Map.entry("spatial_dropout", d -> onChannels(d, make("spatial_dropout", Map.of("p", d.of(0.1, 0.5))))),
            Map.entry("stochastic_depth", d -> onChannels(d, make("stochastic_depth", Map.of("p", d.of(0.1, 0.5))))),
            Map.entry("gaussian_noise", d -> onChannels(d, make("gaussian_noise", Map.of("sigma", d.of(0.0, 0.3))))),
            Map.entry("depthwise_conv", OpCases::depthwise),
            Map.entry(
                    "batch_norm",
                    d -> onChannels(d, make("batch_norm", Map.of("eps", d.of(1e-3, 0.1), "momentum", d.of(0.1, 0.5))))),
            Map.entry("nll", OpCases::crossEntropyOfLogarithms),
            Map.entry("contrastive", OpCases::contrastive),
            Map.entry("triplet", OpCases::triplet),
            Map.entry("mean_iou", d -> ofClasses(d, "mean_iou")),
            Map.entry("confusion", d -> ofClasses(d, "confusion")),
            Map.entry("precision", d -> ofClasses(d, "precision")),
            Map.entry("recall", d -> ofClasses(d, "recall")),
            Map.entry("f1", d -> ofClasses(d, "f1")),
            Map.entry("quadratic", d -> pair(d, make("quadratic", Map.of()))),
            Map.entry("top1", d -> scores(d, make("top1", Map.of()), 1)),
            Map.entry("topk", OpCases::topK));

    private static final Map<String, Function<Draw, OpCase>> GENERATORS = Stream.of(
                    OWN, ElementCases.ALL, ShapeCases.ALL)
            .flatMap(all -> all.entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private OpCases() {}

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

    /**
     * The first cases of an operator, by their numbers, of which no two have the same shapes of data and result.
     *
     * @throws AssertionError when the generator has not so many
     */
    static Map<Integer, OpCase> different(String operator, int count) {
        Map<Integer, OpCase> cases = new LinkedHashMap<>();
        Set<List<Sizes>> shapes = new HashSet<>();
        for (int number = 0; cases.size() < count; number++) {
            assertThat(number).as("draws for %d shapes of %s", count, operator).isLessThan(10 * count);
            OpCase c = draw(operator, number);
            if (shapes.add(c.shapes())) {
                cases.put(number, c);
            }
        }
        return cases;
    }

    static Op make(String operator, Map<String, Object> attrs) {
        OpSpec<?> spec = Ops.byName(operator).orElseThrow();
        return spec.make(new Args(spec, attrs));
    }

    static OpCase on(Draw d, Op op, Shape x) {
        return d.on(op, TensorType.f32(x));
    }

    /** On [N, C, …] with known channels. */
    static OpCase onChannels(Draw d, Op op) {
        return onChannels(d, op, d.few(6));
    }

    private static OpCase onChannels(Draw d, Op op, int channels) {
        Shape x = d.map(channels);
        return on(d, op, new Shape(x.dims().subList(0, d.between(2, 4))));
    }

    private static OpCase pair(Draw d, Op op) {
        TensorType type = TensorType.f32(d.shape(d.between(1, 4)));
        return d.on(op, type, type);
    }

    /** A target of the same shape, with a one more at the end, or a single number. */
    private static OpCase compared(Draw d, String operator) {
        Shape shape = d.shape(d.between(1, 4));
        List<Dim> longer = new ArrayList<>(shape.dims());
        longer.add(Dim.of(1));
        Shape target = d.of(shape, shape, Shape.SCALAR, new Shape(longer));
        boolean weighted = d.once(2);
        OpCase c = weighted
                ? d.on(
                        make(operator, Map.of()),
                        TensorType.f32(shape),
                        TensorType.f32(target),
                        TensorType.f32(ShapeCases.meeting(d, shape)))
                : d.on(make(operator, Map.of()), TensorType.f32(shape), TensorType.f32(target));
        Map<String, Nd> values = new HashMap<>(c.values());
        // Never the same number as the one that it is compared with, where a distance has a kink.
        values.computeIfPresent("x1", (path, t) -> Nd.of(t.shape(), i -> (float) (0.9 * t.get(i))));
        values.computeIfPresent("x2", (path, w) -> Nd.of(w.shape(), i -> Math.abs(w.get(i))));
        return new OpCase(weighted ? constant(c.node(), 2) : c.node(), values, c.sizes());
    }

    /** The node with an operand that is a label, by which there is no gradient. */
    private static Node constant(Node node, int operand) {
        List<Node> inputs = new ArrayList<>(node.inputs());
        Node before = inputs.get(operand);
        inputs.set(operand, new Node(new Source.Label(), List.of(), before.type(), before.path(), OpCase.ORIGIN));
        return node.withInputs(inputs);
    }

    private static OpCase contrastive(Draw d) {
        TensorType x = TensorType.f32(d.shape(d.between(1, 4)));
        Op op = make("contrastive", Map.of("margin", d.of(0.5, 1.0, 8.0)));
        return d.on(op, x, x, TensorType.f32(new Shape(x.shape().dims().subList(0, 1))));
    }

    private static OpCase triplet(Draw d) {
        TensorType x = TensorType.f32(d.shape(d.between(1, 4)));
        return d.on(make("triplet", Map.of("margin", d.of(0.5, 1.0, 8.0))), x, x, x);
    }

    private static OpCase crossEntropy(Draw d) {
        return atPlaces(d, attrs -> {
            attrs.put("smoothing", d.of(0.0, 0.1));
            return make("cross_entropy", attrs);
        });
    }

    private static OpCase crossEntropyOfLogarithms(Draw d) {
        return atPlaces(d, attrs -> make("nll", attrs));
    }

    /** Scores and classes of every sample or place, with some classes that do not count or count otherwise. */
    private static OpCase atPlaces(Draw d, Function<Map<String, Object>, Op> make) {
        int classes = d.between(2, 5);
        Map<String, Object> attrs = new HashMap<>();
        if (d.once(2)) {
            attrs.put("ignore", d.between(0, 2));
        }
        if (d.once(2)) {
            attrs.put(
                    "weights",
                    Stream.generate(() -> d.of(0.0, 0.5, 1.0, 3.0))
                            .limit(classes)
                            .toList());
        }
        return atPlaces(d, make.apply(attrs), classes);
    }

    private static OpCase ofClasses(Draw d, String operator) {
        Map<String, Object> attrs = d.once(2) ? Map.of("ignore", d.between(0, 2)) : Map.of();
        return atPlaces(d, make(operator, attrs), d.between(2, 5));
    }

    private static OpCase atPlaces(Draw d, Op op, int classes) {
        if (d.once(2)) {
            return d.on(
                    op,
                    TensorType.f32(Shape.of(d.batch(), Dim.of(classes))),
                    TensorType.classes(classes, Shape.of(d.batch())));
        }
        Shape x = d.map(classes);
        List<Dim> places = new ArrayList<>(x.dims());
        places.remove(1);
        return d.on(op, TensorType.f32(x), TensorType.classes(classes, new Shape(places)));
    }

    private static OpCase fc(Draw d) {
        Map<String, Object> attrs =
                Map.of("units", d.few(9), "bias", d.once(2), "init", d.of(Init.lecunNormal(), Init.heUniform()));
        return on(d, make("fc", attrs), Shape.of(d.batch(5), Dim.of(d.few(9))));
    }

    private static OpCase scores(Draw d, Op op, int least) {
        int classes = d.between(least, least + 36);
        Dim batch = d.batch(15);
        return d.on(op, TensorType.f32(Shape.of(batch, Dim.of(classes))), TensorType.classes(classes, Shape.of(batch)));
    }

    private static OpCase topK(Draw d) {
        int k = d.between(1, 4);
        return scores(d, make("topk", Map.of("k", k)), k);
    }

    private static OpCase conv(Draw d) {
        return legal(d, () -> {
            int groups = d.of(1, 1, 2, 3);
            Map<String, Object> attrs = new HashMap<>(window(d, true));
            attrs.put("filters", groups * d.few(3));
            attrs.put("groups", groups);
            attrs.put("bias", d.once(2));
            attrs.put("dilation", d.of(Extent.ONE, d.extent(3)));
            attrs.put("init", d.of(Init.heUniform(), Init.normal(0, 0.02)));
            return Map.entry(make("conv", attrs), d.map(groups * d.few(3)));
        });
    }

    private static OpCase convTranspose(Draw d) {
        return legal(d, () -> {
            Extent stride = d.extent(3);
            Map<String, Object> attrs = new HashMap<>(Map.of("filters", d.few(4), "kernel", d.extent(4)));
            attrs.put("stride", stride);
            attrs.put("pad", d.of(Padding.NONE, Padding.of(d.between(0, 1), d.between(0, 1))));
            attrs.put("output_pad", d.between(0, Math.min(stride.h(), stride.w()) - 1));
            attrs.put("bias", d.once(2));
            return Map.entry(make("conv_transpose", attrs), d.map(d.few(4)));
        });
    }

    private static OpCase locallyConnected(Draw d) {
        return legal(d, () -> {
            Map<String, Object> attrs = new HashMap<>(window(d, true));
            attrs.put("filters", d.between(1, 3));
            attrs.put("bias", d.once(2));
            Shape x = Shape.of(d.batch(), Dim.of(d.between(1, 3)), Dim.of(d.between(1, 6)), Dim.of(d.between(1, 6)));
            return Map.entry(make("locally_connected", attrs), x);
        });
    }

    private static OpCase depthwise(Draw d) {
        return legal(d, () -> {
            Map<String, Object> attrs = new HashMap<>(window(d, true));
            attrs.put("multiplier", d.between(1, 3));
            attrs.put("bias", d.once(2));
            attrs.put("dilation", d.of(Extent.ONE, d.extent(3)));
            return Map.entry(make("depthwise_conv", attrs), d.map(d.few(4)));
        });
    }

    private static OpCase layerNorm(Draw d) {
        Shape x = d.map(d.between(1, 6));
        List<Axis> axes = d.of(List.of(Axis.C), List.of(Axis.C, Axis.of(2), new Axis("W")));
        return on(d, make("layer_norm", Map.of("axis", axes, "eps", d.of(1e-2, 0.1))), x);
    }

    private static OpCase groupNorm(Draw d) {
        int groups = d.between(1, 3);
        Op op = make("group_norm", Map.of("groups", groups, "eps", d.of(1e-2, 0.1)));
        return onChannels(d, op, groups * d.between(1, 3));
    }

    private static OpCase lrn(Draw d) {
        return onChannels(
                d, make("lrn", Map.of("size", d.between(1, 6), "alpha", d.of(0.1, 1.0), "beta", d.of(0.5, 0.75))));
    }

    private static OpCase pieces(Draw d, String operator) {
        int pieces = d.between(1, 4);
        return onChannels(d, make(operator, Map.of("pieces", pieces)), pieces * d.between(1, 3));
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

    /** Whether the operator takes the operand, and its kernel the numbers where that is left to them. */
    private static boolean isLegal(Draw d, Op op, TensorType x) {
        try {
            if (!d.fits(op.spec().type(op, List.of(x)).shape())) {
                return false;
            }
            OpCase c = d.on(op, x);
            Kernels.of(c).output(List.of(c.value(c.data().getFirst()).shape()));
            return true;
        } catch (ShapeError | IllegalArgumentException e) {
            return false;
        }
    }
}
