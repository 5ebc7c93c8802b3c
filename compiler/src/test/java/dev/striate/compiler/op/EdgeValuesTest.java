package dev.striate.compiler.op;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.compiler.eval.Evaluator;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators evaluate to where care is needed: large numbers, ties and NaN. */
class EdgeValuesTest {
    private static final double NAN = Double.NaN;
    private static final Op MAX_POOL = new Pooling(
            Pool.Kind.MAX,
            new Window(new Extent(1, 3), new Extent(1, 3), Extent.ONE, Padding.NONE, Rounding.EXACT),
            false);

    private final List<Node> sources = new ArrayList<>();
    private final Map<String, Nd> values = new HashMap<>();

    private Node floats(Sizes shape, double... numbers) {
        Node source = Nodes.input(
                "in" + sources.size(),
                Shape.of(shape.toList().stream().mapToLong(d -> d).toArray()));
        return given(source, Nd.of(shape, i -> numbers[i]));
    }

    private Node label(int classes, int value) {
        return given(Nodes.label("in" + sources.size(), classes), Nd.of(Sizes.of(1), i -> value));
    }

    private Node given(Node source, Nd value) {
        sources.add(source);
        values.put(source.path(), value);
        return source;
    }

    private double[] eval(Op op, Node... operands) {
        Node node = new Node(op, List.of(operands), type(op, operands), "op", Nodes.ORIGIN);
        List<Node> nodes = new ArrayList<>(sources);
        nodes.add(node);
        Nd result = requireNonNull(new Evaluator(Map.of("N", 1L), 1, 0)
                .run(new Graph("test", nodes, List.of()), values)
                .get(node));
        double[] numbers = new double[result.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = result.get(i);
        }
        return numbers;
    }

    private static TensorType type(Op op, Node... operands) {
        return op.spec().type(op, List.of(operands).stream().map(Node::type).toList());
    }

    private Node scores(double... numbers) {
        return given(
                Nodes.input("in" + sources.size(), Shape.of(Dim.N, Dim.of(numbers.length))),
                Nd.of(Sizes.of(1, numbers.length), i -> numbers[i]));
    }

    @Test
    void softmaxOfLargeNumbersIsFinite() {
        assertThat(eval(new SoftmaxOp(), scores(1e4, -1e4, 1e4))).containsExactly(0.5, 0, 0.5);
        assertThat(eval(new SoftmaxOp(), scores(-1e4, -1e4))).containsExactly(0.5, 0.5);
    }

    @Test
    void crossEntropyOfLargeNumbersIsFinite() {
        assertThat(eval(new CrossEntropyOp(), scores(1e4, -1e4), label(2, 1))).containsExactly(2e4);
        assertThat(eval(new CrossEntropyOp(), scores(1e4, -1e4), label(2, 0))).containsExactly(0);
    }

    @Test
    void theGradientOfCrossEntropyOfLargeNumbersIsFinite() {
        Node one = floats(Sizes.SCALAR, 1);
        assertThat(eval(new CrossEntropyOp.Grad(), one, scores(1e4, -1e4), label(2, 1)))
                .containsExactly(1, -1);
    }

    @Test
    void sigmoidAndTanhSaturate() {
        Node x = scores(1e4, -1e4, 0);
        assertThat(eval(op("sigmoid"), x)).containsExactly(1, 0, 0.5);
        assertThat(eval(op("tanh"), x)).containsExactly(1, -1, 0);
        assertThat(eval(op("relu"), x)).containsExactly(1e4, 0, 0);
    }

    @Test
    void nanStaysNan() {
        Node x = scores(NAN, 1);
        assertThat(eval(op("relu"), x)[0]).isNaN();
        assertThat(eval(op("tanh"), x)[0]).isNaN();
        assertThat(eval(op("sigmoid"), x)[0]).isNaN();
        assertThat(eval(new SoftmaxOp(), x)).containsExactly(NAN, NAN);
        assertThat(eval(new CrossEntropyOp(), x, label(2, 1))).containsExactly(NAN);
    }

    @Test
    void theFirstOfEqualMaximaGetsTheGradient() {
        Node g = floats(Sizes.of(1, 1, 1, 2), 5, 7);
        Node x = floats(Sizes.of(1, 1, 1, 6), 2, 3, 3, -1, -1, -1);
        assertThat(eval(MAX_POOL, x)).containsExactly(3, -1);
        assertThat(eval(new Pooling.GradMax((Pooling) MAX_POOL), g, x)).containsExactly(0, 5, 0, 7, 0, 0);
    }

    @Test
    void nanIsTheMaximumAndTheFirstOneGetsTheGradient() {
        Node g = floats(Sizes.of(1, 1, 1, 2), 5, 7);
        Node x = floats(Sizes.of(1, 1, 1, 6), 2, NAN, NAN, NAN, 4, 3);
        assertThat(eval(MAX_POOL, x)).containsExactly(NAN, NAN);
        assertThat(eval(new Pooling.GradMax((Pooling) MAX_POOL), g, x)).containsExactly(0, 5, 0, 7, 0, 0);
    }

    @Test
    void ofEqualScoresTheLowerClassCountsAsLarger() {
        Node x = scores(1, 3, 3, 2);
        assertThat(eval(op("top1"), x, label(4, 1))).containsExactly(1);
        assertThat(eval(op("top1"), x, label(4, 2))).containsExactly(0);
        assertThat(eval(top(2), x, label(4, 2))).containsExactly(1);
        assertThat(eval(top(2), x, label(4, 3))).containsExactly(0);
        assertThat(eval(top(3), x, label(4, 3))).containsExactly(1);
    }

    @Test
    void aScoreThatIsNanIsNeverRight() {
        assertThat(eval(top(2), scores(NAN, 1), label(2, 0))).containsExactly(0);
        assertThat(eval(op("top1"), scores(NAN, 1), label(2, 1))).containsExactly(1);
    }

    @Test
    void droppedElementsAreAboutAsManyAsAsked() {
        double[] ones = new double[10_000];
        Arrays.fill(ones, 1);
        double[] dropped = eval(new DropoutOp(0.25, Dropout.Unit.ELEMENT, null), scores(ones));
        assertThat(Arrays.stream(dropped).distinct().sorted().toArray())
                .containsExactly(new double[] {0, (float) (1 / 0.75)}, within(0.0));
        assertThat(Arrays.stream(dropped).filter(v -> v == 0).count()).isBetween(2280L, 2720L);
    }

    private static Op op(String name) {
        OpSpec<?> spec = Ops.byName(name).orElseThrow();
        return spec.make(new Args(spec, Map.of()));
    }

    private static Op top(int k) {
        return new TopKOp(k, TopKOp.TOPK);
    }
}
