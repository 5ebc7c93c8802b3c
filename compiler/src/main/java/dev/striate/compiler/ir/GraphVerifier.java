package dev.striate.compiler.ir;

import dev.striate.compiler.ir.Graph.Result;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Checks what holds for every graph between two passes; once for each stage of compilation where assertions are disabled. */
public final class GraphVerifier {
    private GraphVerifier() {}

    /**
     * Checks a graph where assertions are enabled, as they are in all tests, to name the pass of a defect that is found later in
     * any case. See {@link #verify}.
     */
    public static Graph verifyInTests(Graph graph, String after) {
        assert verify(graph, after).equals(graph);
        return graph;
    }

    /**
     * Checks that operands stand before their users, that paths and the names of results are unique, that sources have
     * no operands, that results are nodes of the graph, and that new running statistics belong to one and have its shape.
     *
     * @param after the pass that made the graph, which the message names
     * @throws IllegalStateException when something does not hold: a bug of the compiler
     */
    public static Graph verify(Graph graph, String after) {
        NodeSet seen = new NodeSet();
        Set<String> paths = HashSet.newHashSet(graph.nodes().size());
        Map<String, TensorType> states = new HashMap<>();
        for (Node node : graph.nodes()) {
            require(seen.containsAll(node.inputs()), after, () -> node + " comes before its operands");
            require(seen.add(node), after, () -> node + " stands twice");
            require(paths.add(node.path()), after, () -> "two nodes are called " + node.path());
            require(!node.isSource() || node.inputs().isEmpty(), after, () -> node + " is a source with operands");
            if (node.operation() instanceof Source.State) {
                states.put(node.path(), node.type());
            }
        }
        Set<String> names = new HashSet<>();
        for (Result result : graph.results()) {
            require(seen.contains(result.node()), after, () -> "result " + result.name() + " is not in the graph");
            require(
                    names.add(result.kind() + " " + result.phase() + " " + result.name()),
                    after,
                    () -> "two results are called " + result.name());
            require(
                    result.kind() != Graph.Kind.STATE || result.node().type().equals(states.get(result.name())),
                    after,
                    () -> "no running statistic of its shape is called " + result.name());
        }
        return graph;
    }

    private static void require(boolean holds, String after, Supplier<String> what) {
        if (!holds) {
            throw new IllegalStateException("after " + after + ": " + what.get());
        }
    }
}
