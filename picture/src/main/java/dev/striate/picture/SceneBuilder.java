package dev.striate.picture;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.plan.Summary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the scene of a net: which boxes there are, in which groups, and what goes from one to another. */
final class SceneBuilder {
    /** Equal groups are drawn once in a picture of more boxes. */
    private static final int FEW = 56;

    /** Groups are closed until there are no more boxes than this. */
    private static final int MANY = 130;

    private final Graph graph;
    private final Units units;
    private final Boxes boxes;
    private final Map<Node, Node> shownBy;
    private final Group root;
    private final Map<Unit, Box> byUnit = new HashMap<>();
    private final Map<String, Box> all = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final Set<List<Object>> seen = new HashSet<>();

    private SceneBuilder(Graph graph, Map<String, Long> sizes) {
        this.graph = graph;
        this.units = new Units(graph);
        this.root = GroupTree.of(units.all());
        this.boxes = new Boxes(graph, sizes, always(graph));
        this.shownBy = units.all().size() > FEW ? Repeats.fold(root, graph) : Map.of();
    }

    /** The scene of a net. */
    static Scene of(NetModel net, Options options) {
        Map<String, Long> sizes = new HashMap<>(options.sizes());
        sizes.putIfAbsent("N", 1L);
        SceneBuilder builder = new SceneBuilder(net.graph(), sizes);
        builder.draw(options.depth() == Options.AUTOMATIC ? builder.depth() : options.depth());
        return new Scene(
                net.name(),
                subtitle(net, sizes),
                List.copyOf(builder.all.values()),
                builder.root.groups(),
                builder.edges);
    }

    private static String subtitle(NetModel net, Map<String, Long> sizes) {
        List<String> parts = new ArrayList<>();
        long params = learned(net.inference());
        long more = learned(net.graph()) - params;
        parts.add(Boxes.grouped(params)
                + (params == 1 ? " parameter" : " parameters")
                + (more == 0 ? "" : " and " + Boxes.grouped(more) + " in training only"));
        List<String> names = net.graph().dimensions().names();
        if (sizes.keySet().containsAll(names)) {
            long macs = net.inference().nodes().stream()
                    .mapToLong(n -> Summary.macs(n, sizes))
                    .sum();
            String at = names.stream().map(n -> n + " = " + sizes.get(n)).collect(Collectors.joining(", "));
            parts.add(Boxes.grouped(macs) + " MACs" + (at.isEmpty() ? "" : " at " + at));
        }
        return String.join(" \u00b7 ", parts);
    }

    private static long learned(Graph graph) {
        return graph.params().stream()
                .mapToLong(p -> p.shape().at(Map.of()).elements())
                .sum();
    }

    /** The nodes that something is made of which is not in training only. */
    private static Set<Node> always(Graph graph) {
        Set<Node> reached = new HashSet<>();
        graph.results().stream().filter(r -> r.phase() != Graph.Phase.TRAIN).forEach(r -> reached.add(r.node()));
        for (Node node : graph.nodes().reversed()) {
            if (reached.contains(node)) {
                reached.addAll(node.inputs());
            }
        }
        return reached;
    }

    /** The greatest depth at which the picture has not too many boxes. */
    private int depth() {
        int depth = height(root);
        while (depth > 0 && count(root, depth) > MANY) {
            depth--;
        }
        return depth;
    }

    private static int height(Group group) {
        return group.groups().stream().mapToInt(g -> 1 + height(g)).max().orElse(0);
    }

    private static int count(Group group, int depth) {
        int inner = group.groups().stream()
                .mapToInt(g -> depth == 0 ? 1 : count(g, depth - 1))
                .sum();
        return group.units().size() + inner;
    }

    // ---- boxes

    private void draw(int depth) {
        Map<Unit, Group> open = new HashMap<>();
        Map<Unit, Group> closed = new HashMap<>();
        open(root, depth, open, closed);
        for (Unit unit : units.all()) {
            Group group = open.get(unit);
            if (group != null) {
                Group standsIn = group.equals(root) ? null : group;
                Group shut = closed.get(unit);
                Box box = shut == null
                        ? boxes.of(unit, standsIn)
                        : all.getOrDefault(shut.path(), boxes.closed(shut, standsIn));
                all.putIfAbsent(box.id(), box);
                byUnit.put(unit, box);
            }
        }
        units.all().stream().filter(open::containsKey).forEach(this::incoming);
        graph.results().forEach(this::result);
    }

    /** Says of each box which open group it stands in, and which closed one shows it. */
    private static void open(Group group, int depth, Map<Unit, Group> open, Map<Unit, Group> closed) {
        group.units().forEach(u -> open.put(u, group));
        List<Group> shut = depth == 0 ? List.copyOf(group.groups()) : List.of();
        for (Group inner : shut) {
            inner.all().forEach(u -> {
                open.put(u, group);
                closed.put(u, inner);
            });
        }
        group.groups().removeAll(shut);
        group.groups().forEach(g -> open(g, depth - 1, open, closed));
    }

    // ---- edges

    private void incoming(Unit unit) {
        Box to = Objects.requireNonNull(byUnit.get(unit));
        int operand = 0;
        for (Node input : unit.inputs()) {
            edge(input, to, to.form() == Box.Form.CLOSED ? 0 : operand++);
        }
    }

    private void result(Graph.Result result) {
        boolean isNamed = result.node().path().equals(result.name())
                && Family.of(result.node()).isTerm();
        boolean isLoss = result.kind() == Graph.Kind.OBJECTIVE
                && graph.results(Graph.Kind.LOSS).stream()
                        .anyMatch(r -> r.node().equals(result.node()));
        if (!isNamed && !isLoss) {
            Box box = boxes.of(result);
            all.put(box.id(), box);
            edge(result.node(), box, 0);
        }
    }

    private void edge(Node value, Box to, int operand) {
        Node drawn = value;
        while (shownBy.containsKey(drawn)) { // what stands for it may have been in a repeat itself
            drawn = Objects.requireNonNull(shownBy.get(drawn));
        }
        Box from = Objects.requireNonNull(byUnit.get(units.of(drawn)));
        if (!from.equals(to) && seen.add(List.of(from.id(), drawn, to.id(), operand))) {
            boolean first = seen.add(List.of(from.id(), drawn));
            boolean told = drawn.isSource();
            edges.add(new Edge(from, drawn.path(), to, first && !told ? boxes.shape(drawn) : ""));
        }
    }
}
