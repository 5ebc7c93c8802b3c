package dev.striate.compiler.autodiff;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.compiler.eval.Evaluator;
import dev.striate.compiler.eval.GradCheck;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.GraphVerifier;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.op.MergeOp;
import dev.striate.core.Sizes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the reverse walk emits, and what it leaves out. */
class AutodiffTest {
    private static final Shape VECTOR = Shape.of(Dim.N, Dim.of(3));

    private final Node x = Nodes.input("x", VECTOR);
    private final Node target = Nodes.input("target", VECTOR);
    private final Node weight = Nodes.param("fc.weight", Shape.of(3, 3));
    private final Node fc = Nodes.node("fc", "fc", Map.of("units", 3, "bias", false), x, weight);

    private static List<String> operators(Graph graph) {
        return graph.nodes().stream()
                .filter(n -> !n.isSource())
                .map(n -> n.operation().name())
                .toList();
    }

    private static Map<Node, Nd> run(Graph graph, long step) {
        Map<String, Nd> values = new HashMap<>();
        for (Node source : graph.nodes().stream().filter(Node::isSource).toList()) {
            Sizes shape = source.shape().at(Map.of("N", 2L));
            values.put(source.path(), Nd.of(shape, i -> 1 + i * 0.25));
        }
        return new Evaluator(Map.of("N", 2L), 1, step).run(graph, values);
    }

    @Test
    void aValueUsedTwiceSumsItsGradients() {
        Node a = Nodes.node("a", "tanh", Map.of(), fc);
        Node b = Nodes.node("b", "sigmoid", Map.of(), fc);
        Node sum = Nodes.node("sum", MergeOp.add(), a, b);
        Node loss = Nodes.node("loss", "quadratic", Map.of(), sum, target);
        Graph graph = new Graph(
                "diamond", List.of(x, target, weight, fc, a, b, sum, loss), List.of(Nodes.result(Kind.LOSS, loss)));
        Graph training = GraphVerifier.verify(Autodiff.run(graph, "loss"), "autodiff");
        assertThat(operators(training)).filteredOn("add"::equals).hasSize(2);
        assertThat(training.nodes())
                .extracting(Node::path)
                .contains("a.input.grad", "b.input.grad", "a.input.grad_sum");
        assertThat(GradCheck.check(graph, "loss", 1)).hasSize(3).allMatch(GradCheck.Result::ok);
    }

    @Test
    void aValueAddedToItselfHasTwiceTheGradient() {
        Node twice = Nodes.node("twice", MergeOp.add(), fc, fc);
        Node loss = Nodes.node("loss", "quadratic", Map.of(), twice, target);
        Graph graph =
                new Graph("twice", List.of(x, target, weight, fc, twice, loss), List.of(Nodes.result(Kind.LOSS, loss)));
        assertThat(GradCheck.check(graph, "loss", 1)).hasSize(3).allMatch(GradCheck.Result::ok);
    }

    @Test
    void aParameterThatTheLossDoesNotSeeHasNoGradient() {
        Node unused = Nodes.param("other.weight", Shape.of(3, 3));
        Node other = Nodes.node("other", "fc", Map.of("units", 3, "bias", false), x, unused);
        Node loss = Nodes.node("loss", "quadratic", Map.of(), fc, target);
        Graph training = Autodiff.run(
                new Graph(
                        "net",
                        List.of(x, target, weight, fc, unused, other, loss),
                        List.of(Nodes.result(Kind.LOSS, loss), Nodes.result(Kind.OUTPUT, other))),
                "loss");
        assertThat(training.results(Kind.GRADIENT))
                .extracting(Graph.Result::name)
                .containsExactly("fc.weight");
    }

    @Test
    void whatNobodyWantsIsNotEmitted() {
        Node loss = Nodes.node("loss", "quadratic", Map.of(), fc, target);
        Graph graph = new Graph("net", List.of(x, target, weight, fc, loss), List.of(Nodes.result(Kind.LOSS, loss)));
        // Neither the gradient by the input nor the one by the target.
        assertThat(operators(Autodiff.run(graph, "loss")))
                .containsExactly("fc", "quadratic", "seed", "quadratic_grad", "fc_grad_weight");
        assertThat(operators(Autodiff.run(graph, "loss", x::equals)))
                .containsExactly("fc", "quadratic", "seed", "quadratic_grad", "fc_grad_input");
    }

    @Test
    void dropoutDropsTheSameElementsForwardAndBackward() {
        Shape wide = Shape.of(Dim.N, Dim.of(500));
        Node input = Nodes.input("input", wide);
        Node zero = Nodes.input("zero", wide);
        Node dropped = Nodes.node("layer.drop", "dropout", Map.of("p", 0.5), input);
        Node loss = Nodes.node("loss", "quadratic", Map.of(), dropped, zero);
        Graph training = Autodiff.run(
                new Graph("net", List.of(input, zero, dropped, loss), List.of(Nodes.result(Kind.LOSS, loss))),
                "loss",
                input::equals);
        Node gradient = training.result(Kind.GRADIENT, "input").orElseThrow().node();
        int kept = 0;
        for (long step : new long[] {0, 1}) {
            Map<Node, Nd> values = run(training, step);
            Nd forward = requireNonNull(values.get(dropped));
            Nd backward = requireNonNull(values.get(gradient));
            for (int i = 0; i < forward.size(); i++) {
                kept += forward.get(i) != 0 ? 1 : 0;
                if (forward.get(i) == 0) {
                    assertThat(backward.get(i)).isZero();
                }
            }
            assertThat(requireNonNull(values.get(loss)).get(0)).isPositive();
        }
        assertThat(kept).isBetween(850, 1150);
        assertThat(mask(training, dropped, 0)).isNotEqualTo(mask(training, dropped, 1));
    }

    private static List<Boolean> mask(Graph graph, Node dropped, long step) {
        Nd value = requireNonNull(run(graph, step).get(dropped));
        return IntStream.range(0, value.size()).mapToObj(i -> value.get(i) == 0).toList();
    }

    @Test
    void anUnknownLossAndAnOperatorWithoutGradientAreNamed() {
        Node label = Nodes.label("label", 3);
        Node metric = Nodes.node("metric", "top1", Map.of(), fc, label);
        Graph graph = new Graph("net", List.of(x, weight, fc, label, metric), List.of(Nodes.result(Kind.LOSS, metric)));
        assertThatThrownBy(() -> Autodiff.run(graph, "xent")).hasMessage("net has no loss xent");
        assertThatThrownBy(() -> Autodiff.run(graph, "metric")).hasMessageStartingWith("top1 has no gradient: ");
    }
}
