package dev.striate.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.GraphVerifier;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import dev.striate.compiler.ir.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every pass once where it fires and once where it does not. */
class PassesTest {
    private final Node x = Nodes.input("x", Shape.of(Dim.N, Dim.of(3)));
    private final Node unusedInput = Nodes.input("y", Shape.of(Dim.N));
    private final Node label = Nodes.label("label", 3);
    private final Node a = Nodes.node("a", "tanh", Map.of(), x);
    private final Node dead = Nodes.node("dead", "relu", Map.of(), a);
    private final Node deadParam = Nodes.param("w", Shape.of(3));
    private final Node drop = Nodes.node("drop", "dropout", Map.of("p", 0.5), a);
    private final Node again = Nodes.node("again", "dropout", Map.of("p", 0.5), drop);
    private final Node b = Nodes.node("b", "sigmoid", Map.of(), again);
    private final Node loss = Nodes.node("loss", "cross_entropy", Map.of(), b, label);

    private static List<String> paths(Graph graph) {
        return GraphVerifier.verify(graph, "the pass").nodes().stream()
                .map(Node::path)
                .toList();
    }

    @Test
    void deadCodeRemovesWhatNoResultNeedsButKeepsInputsAndLabels() {
        Graph graph = new Graph(
                "net", List.of(x, unusedInput, label, deadParam, a, dead), List.of(Nodes.result(Kind.OUTPUT, a)));
        assertThat(paths(DeadCode.run(graph))).containsExactly("x", "y", "label", "a");
    }

    @Test
    void deadCodeKeepsAGraphWhereEverythingIsNeeded() {
        Graph graph = new Graph("net", List.of(x, a, dead), List.of(Nodes.result(Kind.OUTPUT, dead)));
        assertThat(DeadCode.run(graph)).isEqualTo(graph);
    }

    @Test
    void inferenceTakesTrainingLayersOut() {
        Graph graph = new Graph(
                "net",
                List.of(x, label, a, drop, again, b, loss),
                List.of(Nodes.result(Kind.OUTPUT, b), Nodes.result(Kind.OUTPUT, drop), Nodes.result(Kind.LOSS, loss)));
        Graph outputs = InferencePhase.run(graph, Set.of(Kind.OUTPUT));
        assertThat(paths(outputs)).containsExactly("x", "a", "b");
        assertThat(outputs.results(Kind.LOSS)).isEmpty();
        assertThat(outputs.result(Kind.OUTPUT, "drop").orElseThrow().node()).isSameAs(a);
        assertThat(outputs.nodes().getLast().inputs()).containsExactly(a);
        Graph evaluation = InferencePhase.run(graph, Set.of(Kind.OUTPUT, Kind.LOSS));
        assertThat(paths(evaluation)).containsExactly("x", "label", "a", "b", "loss");
    }

    @Test
    void inferenceKeepsAGraphWithoutTrainingLayersAndLabels() {
        Graph graph = new Graph("net", List.of(x, a, dead), List.of(Nodes.result(Kind.OUTPUT, dead)));
        assertThat(InferencePhase.run(graph, Set.of(Kind.OUTPUT))).isEqualTo(graph);
    }

    @Test
    void whatReplacesNothingGivesTheGraphBack() {
        Graph graph = new Graph("net", List.of(x, a, drop), List.of(Nodes.result(Kind.OUTPUT, drop)));
        assertThat(Rebuild.run(
                        graph,
                        FoldConstants::fold,
                        Simplify::simplify,
                        new CommonSubexpressions(),
                        FoldBatchNorm::fold))
                .isSameAs(graph);
        assertThat(Fuse.run(graph)).isSameAs(graph);
    }
}
