package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeMap;
import dev.striate.compiler.ir.NodeSet;
import java.util.ArrayList;
import java.util.List;

/** A graph built anew from its first node to its last, each on what took the place of its operands. */
final class Rebuild {
    /** What takes the place of one node. */
    @FunctionalInterface
    interface Rule {
        /**
         * What takes the place of a node whose operands were replaced already: the node itself, an earlier node of its
         * type, or a new one that was added.
         */
        Node replace(Node node, Rebuild graph);
    }

    private final List<Node> nodes = new ArrayList<>();
    /** What took the place of a node, where another did. */
    private final NodeMap<Node> replaced = new NodeMap<>();

    private Rebuild() {}

    /**
     * The graph after rules, each applied to what the one before made of a node. What nothing needs any more is gone; where the
     * rules replaced nothing, it is the graph itself.
     */
    static Graph run(Graph graph, Rule... rules) {
        return new Rebuild().rebuild(graph, rules);
    }

    /** Adds a new node: what takes the place of one, or what that reads. */
    Node add(Node node) {
        nodes.add(node);
        return node;
    }

    /** The nodes that lie in the place of a parameter or statistic: each has a value of its own. */
    static NodeSet updates(Graph graph) {
        NodeSet updates = new NodeSet();
        for (Result r : graph.results()) {
            if (r.kind() == Kind.GRADIENT || r.kind() == Kind.STATE) {
                updates.add(r.node());
            }
        }
        return updates;
    }

    private Graph rebuild(Graph graph, Rule... rules) {
        NodeSet updates = updates(graph);
        for (Node node : graph.nodes()) {
            Node moved = node.on(replaced);
            Node made = updates.contains(node) ? moved : replace(moved, rules);
            if (made.equals(moved)) {
                add(made);
            }
            if (!made.equals(node)) {
                replaced.put(node, made);
            }
        }
        return replaced.isEmpty() ? graph : DeadCode.run(graph.with(nodes, results(graph, replaced)));
    }

    private Node replace(Node node, Rule... rules) {
        Node made = node;
        for (Rule rule : rules) {
            made = made.isSource() ? made : rule.replace(made, this);
        }
        return made;
    }

    /** The results of a graph, taken from what took the place of its nodes. */
    static List<Result> results(Graph graph, NodeMap<Node> replaced) {
        return graph.results().stream()
                .map(r -> new Result(
                        r.kind(), r.name(), replaced.getOrDefault(r.node(), r.node()), r.origin(), r.phase()))
                .toList();
    }
}
