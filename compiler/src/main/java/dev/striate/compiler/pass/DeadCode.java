package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeSet;

/**
 * Removes nodes that no result needs. Inputs and labels stay: a net takes what it declares.
 *
 * <pre>
 * before:  x -> a -> y (result);  x -> b        after:  x -> a -> y (result)
 * </pre>
 */
public final class DeadCode {
    private DeadCode() {}

    /** The graph without dead nodes. */
    public static Graph run(Graph graph) {
        NodeSet alive = new NodeSet();
        for (Result result : graph.results()) {
            alive.add(result.node());
        }
        for (Node node : graph.nodes().reversed()) {
            if (alive.contains(node)) {
                alive.addAll(node.inputs());
            }
        }
        return graph.with(
                graph.nodes().stream()
                        .filter(n -> alive.contains(n) || (n.isSource() && !n.isStored()))
                        .toList(),
                graph.results());
    }
}
