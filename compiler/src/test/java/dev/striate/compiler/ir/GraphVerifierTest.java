package dev.striate.compiler.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.compiler.ir.Graph.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every rule of the verifier, broken once. */
class GraphVerifierTest {
    private final Node x = Nodes.input("x", Shape.of(Dim.N, Dim.of(4)));
    private final Node a = Nodes.node("a", "tanh", Map.of(), x);
    private final Node b = Nodes.node("b", "relu", Map.of(), a);

    private static Graph graph(List<Node> nodes, Graph.Result... results) {
        return new Graph("net", nodes, List.of(results));
    }

    private static void refused(Graph graph, String message) {
        assertThatThrownBy(() -> GraphVerifier.verify(graph, "Simplify"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("after Simplify: ")
                .hasMessageContaining(message);
    }

    @Test
    void aSoundGraphPasses() {
        Graph graph = graph(List.of(x, a, b), Nodes.result(Kind.OUTPUT, b));
        assertThat(GraphVerifier.verify(graph, "Simplify")).isSameAs(graph);
    }

    @Test
    void operandsStandBeforeTheirUsers() {
        refused(graph(List.of(x, b, a)), "b: f32[N, 4] comes before its operands");
    }

    @Test
    void aNodeStandsOnce() {
        refused(graph(List.of(x, a, a)), "a: f32[N, 4] stands twice");
    }

    @Test
    void pathsAreUnique() {
        refused(graph(List.of(x, a, Nodes.node("a", "relu", Map.of(), a))), "two nodes are called a");
    }

    @Test
    void sourcesHaveNoOperands() {
        Node source = new Node(new Source.Input(), List.of(x), x.type(), "y", Nodes.ORIGIN);
        refused(graph(List.of(x, source)), "y: f32[N, 4] is a source with operands");
    }

    @Test
    void resultsAreNodesOfTheGraph() {
        refused(graph(List.of(x, a), Nodes.result(Kind.OUTPUT, b)), "result b is not in the graph");
    }

    @Test
    void resultsOfOneKindHaveDifferentNames() {
        Graph.Result other = new Graph.Result(Kind.OUTPUT, "b", a, Nodes.ORIGIN);
        refused(graph(List.of(x, a, b), Nodes.result(Kind.OUTPUT, b), other), "two results are called b");
        Graph.Result metric = new Graph.Result(Kind.METRIC, "b", a, Nodes.ORIGIN);
        assertThat(GraphVerifier.verify(graph(List.of(x, a, b), Nodes.result(Kind.OUTPUT, b), metric), "Simplify")
                        .results())
                .hasSize(2);
    }
}
