package dev.striate.compiler.lint;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph, and who uses its values. */
final class Wiring {
    private final List<Node> nodes;
    private final Map<Node, List<Node>> users = new HashMap<>();
    private final Set<Node> results = new HashSet<>();

    Wiring(Graph graph) {
        nodes = graph.nodes();
        for (Node node : nodes) {
            node.inputs()
                    .forEach(i ->
                            users.computeIfAbsent(i, n -> new ArrayList<>()).add(node));
        }
        graph.results().forEach(r -> results.add(r.node()));
    }

    /** All nodes, operands before their users. */
    List<Node> nodes() {
        return nodes;
    }

    /** The nodes that take a value, one that takes it twice two times. */
    List<Node> users(Node value) {
        return users.getOrDefault(value, List.of());
    }

    /** Whether one node takes a value, and nobody else sees it. */
    boolean hasOneUser(Node value) {
        return users(value).size() == 1 && !results.contains(value);
    }
}
