package dev.striate.picture;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds equal groups that follow one another, as the blocks of a deep residual net do, and lets the first stand for all.
 *
 * <pre>
 * layer1.0 -> layer1.1 -> layer1.2      becomes      layer1.0 (x 3)
 * </pre>
 */
final class Repeats {
    private final Map<Node, List<Node>> users = new HashMap<>();
    private final Set<Node> results;
    private final Map<Node, Node> shownBy = new HashMap<>();

    private Repeats(Graph graph) {
        for (Node node : graph.nodes()) {
            Unit.data(node)
                    .forEach(n ->
                            users.computeIfAbsent(n, x -> new ArrayList<>()).add(node));
        }
        results = graph.results().stream().map(Graph.Result::node).collect(Collectors.toSet());
    }

    /**
     * Takes the groups out of a tree that an earlier one stands for.
     *
     * @return by each node that is not drawn any more, the one that stands for it
     */
    static Map<Node, Node> fold(Group root, Graph graph) {
        Repeats repeats = new Repeats(graph);
        repeats.fold(root);
        return repeats.shownBy;
    }

    private void fold(Group parent) {
        List<Group> kept = new ArrayList<>();
        int from = 0;
        while (from < parent.groups().size()) {
            Group first = parent.groups().get(from);
            int to = from + 1;
            while (to < parent.groups().size()
                    && follows(parent.groups().get(to), parent.groups().get(to - 1))) {
                to++;
            }
            first.repeats().addAll(parent.groups().subList(from + 1, to));
            first.repeats().forEach(g -> show(g, first));
            kept.add(first);
            from = to;
        }
        parent.groups().clear();
        parent.groups().addAll(kept);
        parent.groups().forEach(this::fold);
    }

    private void show(Group hidden, Group first) {
        List<Node> nodes = nodes(hidden);
        List<Node> shown = nodes(first);
        for (int i = 0; i < nodes.size(); i++) {
            shownBy.put(nodes.get(i), shown.get(i));
        }
    }

    /** Whether {@code next} is like {@code group}, takes nothing but its one result, and is the only one to take it. */
    private boolean follows(Group next, Group group) {
        List<Node> a = nodes(group);
        List<Node> b = nodes(next);
        Node result = result(group);
        if (result == null
                || results.contains(result)
                || a.size() != b.size()
                || !union(a, b).containsAll(users.getOrDefault(result, List.of()))) {
            return false;
        }
        Node entry = null;
        for (int i = 0; i < a.size(); i++) {
            if (!alike(a.get(i), b.get(i))
                    || Unit.data(a.get(i)).size() != Unit.data(b.get(i)).size()) {
                return false;
            }
            for (int j = 0; j < Unit.data(b.get(i)).size(); j++) {
                Node before = Unit.data(a.get(i)).get(j);
                int at = a.indexOf(before);
                Node expected = at < 0 ? result : b.get(at);
                if (!expected.equals(Unit.data(b.get(i)).get(j))
                        || (at < 0 && entry != null && !entry.equals(before))) {
                    return false;
                }
                entry = at < 0 ? before : entry;
            }
        }
        return true;
    }

    /** The only value of a group that is used elsewhere; null when there are others. */
    private @Nullable Node result(Group group) {
        List<Node> nodes = nodes(group);
        Set<Node> within = new HashSet<>(nodes);
        List<Node> seen = nodes.stream()
                .filter(n -> results.contains(n) || !within.containsAll(users.getOrDefault(n, List.of())))
                .toList();
        return seen.size() == 1 ? seen.getFirst() : null;
    }

    private static Set<Node> union(List<Node> a, List<Node> b) {
        Set<Node> both = new HashSet<>(a);
        both.addAll(b);
        return both;
    }

    private static boolean alike(Node a, Node b) {
        return a.operation().name().equals(b.operation().name())
                && Arguments.of(a).equals(Arguments.of(b))
                && a.type().equals(b.type());
    }

    private static List<Node> nodes(Group group) {
        return group.all().flatMap(Unit::nodes).toList();
    }
}
