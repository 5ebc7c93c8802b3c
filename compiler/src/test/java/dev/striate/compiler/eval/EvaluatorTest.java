package dev.striate.compiler.eval;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.autodiff.Autodiff;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import dev.striate.core.Sizes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final Map<String, Long> SIZES = Map.of("N", 1L);

    /** y = relu(w1 x1 + w2 x2) with a sum of 2 and a target of 5: the loss is (2 - 5)^2 / 2. */
    private static Graph training() {
        Node x = Nodes.input("x", Shape.of(Dim.N, Dim.of(2)));
        Node target = Nodes.input("target", Shape.of(Dim.N, Dim.of(1)));
        Node weight = Nodes.param("fc.weight", Shape.of(1, 2));
        Node fc = Nodes.node("fc", "fc", Map.of("units", 1, "bias", false), x, weight);
        Node relu = Nodes.node("relu", "relu", Map.of(), fc);
        Node loss = Nodes.node("loss", "quadratic", Map.of(), relu, target);
        return Autodiff.run(
                new Graph("one", List.of(x, target, weight, fc, relu, loss), List.of(Nodes.result(Kind.LOSS, loss))),
                "loss");
    }

    private static List<Double> lossAndGradient(Map<String, Nd> recorded) {
        Graph graph = training();
        Map<String, Nd> sources = Map.of(
                "x", Nd.of(Sizes.of(1, 2), i -> 1 + i),
                "target", Nd.of(Sizes.of(1, 1), i -> 5),
                "fc.weight", Nd.of(Sizes.of(1, 2), i -> i));
        Map<Node, Nd> values = new Evaluator(SIZES, 1, 1).replay(graph, sources, recorded);
        Nd loss = requireNonNull(values.get(graph.results(Kind.LOSS).getFirst().node()));
        Nd gradient = requireNonNull(values.get(
                graph.result(Kind.GRADIENT, "fc.weight").orElseThrow().node()));
        return List.of(loss.get(0), gradient.get(0), gradient.get(1));
    }

    @Test
    void replayingNothingComputesAll() {
        assertThat(lossAndGradient(Map.of())).containsExactly(4.5, -3.0, -6.0);
    }

    @Test
    void gradientsAreThoseOfTheRecordedSideOfAKink() {
        Nd negative = Nd.of(Sizes.of(1, 1), i -> -1e-9);
        assertThat(lossAndGradient(Map.of("fc", negative))).containsExactly(4.5, 0.0, 0.0);
    }

    @Test
    void lossesAreComputedAndNotReplayed() {
        Nd one = Nd.of(Sizes.of(1, 1), i -> 1);
        assertThat(lossAndGradient(Map.of("relu", one, "loss", one))).containsExactly(4.5, -4.0, -8.0);
    }
}
