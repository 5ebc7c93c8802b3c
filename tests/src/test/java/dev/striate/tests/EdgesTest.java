package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.op.Op;
import dev.striate.core.Sizes;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.Backends;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators and their gradients are at their edges, in the evaluator and on both backends, as the guide says it. */
class EdgesTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    /** An operand with its values. */
    private record Operand(TensorType type, Nd value) {}

    private static Operand floats(Sizes shape, double... values) {
        return new Operand(
                TensorType.f32(
                        Shape.of(Arrays.stream(shape.toArray()).asLongStream().toArray())),
                Nd.of(shape, i -> values[i]));
    }

    private static Operand row(double... values) {
        return floats(Sizes.of(1, values.length), values);
    }

    private static Operand map(int h, int w, double... values) {
        return floats(Sizes.of(1, 1, h, w), values);
    }

    private static Operand labels(int classes, double... values) {
        return new Operand(
                TensorType.classes(classes, Shape.of(values.length)), Nd.of(Sizes.of(values.length), i -> values[i]));
    }

    private static OpCase of(String operator, Map<String, Object> attrs, Operand... operands) {
        Op op = OpCases.make(operator, attrs);
        OpCase drawn =
                new Draw(1).on(op, Arrays.stream(operands).map(Operand::type).toArray(TensorType[]::new));
        Map<String, Nd> values = new HashMap<>(drawn.values());
        for (int i = 0; i < operands.length; i++) {
            values.put("x" + i, operands[i].value());
        }
        return new OpCase(drawn.node(), values, drawn.sizes());
    }

    private static OpCase of(String operator, Operand... operands) {
        return of(operator, Map.of(), operands);
    }

    private static void near(Nd actual, Nd expected, String what) {
        assertThat(Feeds.distance(actual, expected))
                .as("%s: %s instead of %s", what, numbers(actual), numbers(expected))
                .isLessThanOrEqualTo(1e-5);
    }

    private static String numbers(Nd x) {
        double[] numbers = new double[x.size()];
        Arrays.setAll(numbers, x::get);
        return Arrays.toString(numbers);
    }

    private static void onBackends(OpCase c, Nd expected) {
        for (String backend : List.of("reference", "cpu")) {
            near(KernelRun.of(c, Backends.byName(backend)), expected, backend + ", " + c);
        }
    }

    /** The results are these. */
    private static void gives(OpCase c, double... expected) {
        Nd numbers = Nd.of(c.shapes().getLast(), i -> expected[i]);
        near(c.eval(), numbers, c.toString());
        onBackends(c, numbers);
    }

    private static Graph training(OpCase c) {
        return Slopes.phases(c, i -> 1).getLast();
    }

    /** The derivatives of the sum of the results, in training, by a data operand are these. */
    private static void slopes(OpCase c, int operand, double... expected) {
        Graph graph = Slopes.differentiated(training(c));
        Node gradient = graph.result(Kind.GRADIENT, "x" + operand).orElseThrow().node();
        Nd x = c.value(c.data().get(operand));
        near(
                requireNonNull(OpCase.evaluate(graph, c.values(), c.sizes()).get(gradient)),
                Nd.of(x.shape(), i -> expected[i]),
                "gradient of " + c);
        Slopes.steps(c, training(c)).forEach(step -> onBackends(step, step.eval()));
    }

    private static Map<String, Object> window(int h, int w, int pad) {
        return Map.of(
                "kernel", new Extent(h, w), "stride", Extent.ONE, "pad", Padding.of(pad), "round", Rounding.EXACT);
    }

    @Test
    void softmaxOfLargeNumbersIsFinite() {
        Operand x = floats(Sizes.of(2, 3), 1e4, -1e4, 1e4, -1e4, -1e4, -1e4);
        gives(of("softmax", x), 0.5, 0, 0.5, 1 / 3.0, 1 / 3.0, 1 / 3.0);
        slopes(of("softmax", x), 0, 0, 0, 0, 0, 0, 0);
        gives(of("log_softmax", row(1e4, -1e4)), 0, -2e4);
        slopes(of("log_softmax", row(1e4, -1e4)), 0, -1, 1);
    }

    @Test
    void crossEntropyOfLargeNumbersIsFinite() {
        OpCase wrong = of("cross_entropy", row(1e4, -1e4), labels(2, 1));
        gives(wrong, 2e4);
        slopes(wrong, 0, 1, -1);
        gives(of("cross_entropy", row(1e4, -1e4), labels(2, 0)), 0);
        gives(of("cross_entropy", Map.of("smoothing", 0.1), row(1e4, -1e4), labels(2, 1)), 1.9e4);
        OpCase places = of(
                "cross_entropy",
                floats(Sizes.of(1, 2, 2), 1e4, -1e4, -1e4, 1e4),
                new Operand(TensorType.classes(2, Shape.of(1, 2)), new Nd(Sizes.of(1, 2))));
        gives(places, 1e4);
        slopes(places, 0, 0, -0.5, 0, 0.5);
        OpCase binary = of("binary_cross_entropy", row(1e4, -1e4, 1e4, -1e4), row(1, 0, 0, 1));
        gives(binary, 5000);
        slopes(binary, 0, 0, 0, 0.25, -0.25);
    }

    @ParameterizedTest
    @CsvSource({
        "sigmoid, 1, 0, 0, 0",
        "tanh, 1, -1, 0, 0",
        "relu, 10000, 0, 1, 0",
        "leaky_relu, 10000, -100, 1, 0.01",
        "elu, 10000, -1, 1, 0",
        "selu, 10507.0098, -1.7580993, 1.0507009, 0",
        "gelu, 10000, 0, 1, 0",
        "silu, 10000, 0, 1, 0",
        "softplus, 10000, 0, 1, 0",
        "hard_sigmoid, 1, 0, 0, 0",
        "hard_swish, 10000, 0, 1, 0",
        "exp, Infinity, 0, Infinity, 0",
    })
    void activationsOfLargeNumbers(String name, double above, double below, double slopeAbove, double slopeBelow) {
        gives(of(name, row(1e4, -1e4)), above, below);
        slopes(of(name, row(1e4, -1e4)), 0, slopeAbove, slopeBelow);
    }

    @ParameterizedTest
    @CsvSource({
        "relu, 0, 0",
        "abs, 0, 0",
        "leaky_relu, 0, 0.01",
        "elu, 0, 1",
        "sqrt, 0, Infinity",
        "log, -Infinity, Infinity"
    })
    void functionsAtZero(String name, double value, double slope) {
        gives(of(name, row(0)), value);
        slopes(of(name, row(0)), 0, slope);
    }

    @Test
    void arithmeticOutsideOfItsDomain() {
        gives(of("log", row(-1, 1)), NAN, 0);
        gives(of("sqrt", row(-1, 4)), NAN, 2);
        gives(of("div", row(1, -1, 0), row(0, 0, 0)), INFINITY, -INFINITY, NAN);
        gives(of("step", row(NAN, 0, 1)), 0, 0, 1);
        OpCase clip = of("clip", Map.of("min", -1.0, "max", 1.0), row(-1, 1, 0.5));
        gives(clip, -1, 1, 0.5);
        slopes(clip, 0, 0, 0, 1);
    }

    @Test
    void theLogarithmOfAProbabilityOfZero() {
        OpCase impossible = of("nll", row(-INFINITY, 0), labels(2, 0));
        gives(impossible, INFINITY);
        slopes(impossible, 0, -1, 0);
        gives(of("nll", row(-INFINITY, 0), labels(2, 1)), 0);
        gives(of("kl_divergence", row(0, -INFINITY), row(1, 0)), 0);
        gives(of("kl_divergence", row(-INFINITY, 0), row(1, 0)), INFINITY);
    }

    @Test
    void lossesAtTheirKinks() {
        for (String distance : List.of("l1_loss", "smooth_l1", "mse", "mae")) {
            gives(of(distance, row(2, -3), row(2, -3)), 0);
            slopes(of(distance, row(2, -3), row(2, -3)), 0, 0, 0);
        }
        gives(of("hinge", row(1), row(1)), 0);
        slopes(of("hinge", row(1), row(1)), 0, 0);
        gives(of("perceptron_loss", row(0), row(1)), 0);
        slopes(of("perceptron_loss", row(0), row(1)), 0, 0);
        Operand two = floats(Sizes.of(2, 1), 1, 2);
        OpCase equal = of("contrastive", Map.of("margin", 2.0), two, two, floats(Sizes.of(2), 0, 1));
        gives(equal, 1);
        slopes(equal, 0, 0, 0);
        gives(of("triplet", row(1, 2), row(1, 2), row(1, 2)), 1);
        slopes(of("triplet", row(1, 2), row(1, 2), row(1, 2)), 0, 0, 0);
    }

    @Test
    void theFirstOfEqualMaximaGetsTheGradient() {
        slopes(of("max_pool", Map.of("kernel", Extent.square(2)), map(2, 2, 3, 7, 7, 7)), 0, 0, 1, 0, 0);
        slopes(of("max_pool", window(1, 2, 0), map(1, 3, 4, 4, 4)), 0, 1, 1, 0);
        slopes(of("global_max_pool", map(1, 3, 1, 5, 5)), 0, 0, 1, 0);
        slopes(of("maxout", Map.of("pieces", 2), row(2, 2, 3, 3)), 0, 1, 0, 1, 0);
        slopes(of("max", Map.of("axis", List.of(Axis.C)), row(1, 6, 6)), 0, 0, 1, 0);
        OpCase merged = of("max", row(1, 2, 3), row(1, 3, 2));
        slopes(merged, 0, 1, 0, 1);
        slopes(merged, 1, 0, 1, 0);
    }

    @Test
    void windowsWhollyInThePadding() {
        Operand x = map(1, 1, 7);
        OpCase max = of("max_pool", window(1, 1, 1), x);
        gives(max, -INFINITY, -INFINITY, -INFINITY, -INFINITY, 7, -INFINITY, -INFINITY, -INFINITY, -INFINITY);
        OpCase average = of("avg_pool", window(1, 1, 1), x);
        gives(average, 0, 0, 0, 0, 7, 0, 0, 0, 0);
        OpCase norm = of("l2_pool", window(1, 1, 1), x);
        gives(norm, 0, 0, 0, 0, 7, 0, 0, 0, 0);
        for (OpCase c : List.of(max, average, norm)) {
            slopes(c, 0, 1);
        }
    }

    @Test
    void aBatchOfOneIsItsOwnMean() {
        OpCase c = of("batch_norm", row(3, -4));
        Graph training = training(c);
        Node y = training.results(Kind.LOSS).getFirst().node().input(0);
        Nd normalized =
                requireNonNull(OpCase.evaluate(training, c.values(), c.sizes()).get(y));
        near(normalized, Nd.of(normalized.shape(), requireNonNull(c.values().get("op.bias"))::get), "batch of one");
        // By the steps of the gradient both backends agree with it as well.
        slopes(c, 0, 0, 0);
    }

    @Test
    void normsOfEqualNumbersAreTheirBias() {
        OpCase c = of("layer_norm", row(5, 5, 5));
        Nd bias = requireNonNull(c.values().get("op.bias"));
        gives(c, bias.get(0), bias.get(1), bias.get(2));
        gives(of("l2_normalize", row(0, 0)), 0, 0);
        gives(of("lrn", Map.of("size", 5, "alpha", 1.0, "beta", 1.0), row(2)), 2 / (1 + 4 / 5.0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void aLossOfLabelsThatAreAllIgnoredIsZero(int ignored) {
        Operand scores = floats(Sizes.of(2, 2), -1, -2, -3, -4);
        for (String loss : List.of("cross_entropy", "nll")) {
            OpCase c = of(loss, Map.of("ignore", ignored), scores, labels(2, ignored, ignored));
            gives(c, 0);
            slopes(c, 0, 0, 0, 0, 0);
        }
        for (String metric : List.of("mean_iou", "precision", "recall", "f1")) {
            gives(of(metric, Map.of("ignore", ignored), scores, labels(2, ignored, ignored)), 0);
        }
        gives(of("confusion", Map.of("ignore", ignored), scores, labels(2, ignored, 0)), 1, 0, 0, 0);
    }

    @Test
    void aLossOfWeightsThatAreAllZeroIsZero() {
        OpCase numbers = of("mse", row(1, 2), row(0, 0), row(0, 0));
        gives(numbers, 0);
        slopes(numbers, 0, 0, 0);
        OpCase classes = of("cross_entropy", Map.of("weights", List.of(0.0, 1.0)), row(1, 2), labels(2, 0));
        gives(classes, 0);
        slopes(classes, 0, 0, 0);
    }

    @Test
    void lossesAverageOverTheSamplesAndPlacesThatCount() {
        Operand two = floats(Sizes.of(2, 2), -2, -4, -6, -8);
        gives(of("nll", two, labels(2, 0, 1)), (2 + 8) / 2.0);
        gives(of("nll", Map.of("ignore", 1), two, labels(2, 0, 1)), 2);
        gives(of("nll", Map.of("weights", List.of(1.0, 3.0)), two, labels(2, 0, 1)), (2 + 3 * 8) / 4.0);
        gives(of("quadratic", two, floats(Sizes.of(2, 2), 0, 0, 0, 0)), (4 + 16 + 36 + 64) / 4.0);
        gives(of("mse", two, floats(Sizes.of(2, 2), 0, 0, 0, 0)), (4 + 16 + 36 + 64) / 4.0);
        gives(of("kl_divergence", two, floats(Sizes.of(2, 2), 1, 0, 1, 0)), (2 + 6) / 2.0);
    }

    @Test
    void ofEqualScoresTheLowerClassIsTheLarger() {
        Operand equal = floats(Sizes.of(3, 3), 5, 5, 5, 5, 5, 5, 5, 5, 5);
        gives(of("top1", equal, labels(3, 0, 1, 2)), 1 / 3.0);
        gives(of("topk", Map.of("k", 2), equal, labels(3, 0, 1, 2)), 2 / 3.0);
        gives(of("top1", row(NAN, 1), labels(2, 0)), 0);
    }
}
