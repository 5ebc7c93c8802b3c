package dev.striate.picture;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The boxes of a graph: what stands in one box, and which box shows a node. */
final class Units {
    private final List<Unit> all = new ArrayList<>();
    private final Map<Node, Unit> byNode = new HashMap<>();

    Units(Graph graph) {
        Map<Node, Integer> uses = uses(graph);
        for (Node node : graph.nodes()) {
            if (!node.isStored() || uses.containsKey(node)) {
                add(node, uses);
            }
        }
    }

    /** How often values are used: by operators, not as the weights that are part of them, and as results. */
    private static Map<Node, Integer> uses(Graph graph) {
        Map<Node, Integer> uses = new HashMap<>();
        for (Node node : graph.nodes()) {
            Unit.data(node).forEach(n -> uses.merge(n, 1, Integer::sum));
        }
        graph.results().forEach(r -> uses.merge(r.node(), 1, Integer::sum));
        return uses;
    }

    private void add(Node node, Map<Node, Integer> uses) {
        if (Unit.isPill(node)) {
            Unit before = of(node.input(0));
            boolean alone = uses.getOrDefault(node.input(0), 0) == 1;
            if (alone && before.takesPills() && Paths.group(node).equals(Paths.group(before.head()))) {
                before.pills().add(node);
                byNode.put(node, before);
                return;
            }
        }
        Unit unit = new Unit(node);
        all.add(unit);
        byNode.put(node, unit);
    }

    /** All boxes, those that give values before those that take them. */
    List<Unit> all() {
        return all;
    }

    /** The box that shows a node. */
    Unit of(Node node) {
        return Objects.requireNonNull(byNode.get(node), node::path);
    }
}
