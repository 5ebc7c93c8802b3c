package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeSet;
import java.util.ArrayList;
import java.util.List;

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
        List<Node> kept = new ArrayList<>();
        for (Node node : graph.nodes().reversed()) {
            boolean isAlive = alive.contains(node);
            if (isAlive) {
                alive.addAll(node.inputs());
            }
            if (isAlive || (node.isSource() && !node.isStored())) {
                kept.add(node);
            }
        }
        return kept.size() == graph.nodes().size() ? graph : graph.with(kept.reversed(), graph.results());
    }
}
