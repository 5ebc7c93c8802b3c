package dev.striate.compiler.plan;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Op;
import dev.striate.core.plan.MemoryPlanner;
import dev.striate.core.plan.MemoryPlanner.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arena of a graph, planned from the lifetimes of its values as the runtime will plan it. */
public final class ArenaPlan {
    private final Graph graph;
    private final Map<String, Long> sizes;
    /** The node whose memory a view shares; a node itself where it has its own. */
    private final Map<Node, Node> owners = new HashMap<>();

    private final Map<Node, Integer> last = new HashMap<>();
    private final Set<Node> kept = new HashSet<>();
    /** What follows from weights alone, and is written in some runs only. */
    private final Set<Node> prepared = new HashSet<>();

    private final Map<Node, Integer> numbers = new LinkedHashMap<>();
    private final List<Buffer> buffers = new ArrayList<>();

    private ArenaPlan(Graph graph, Map<String, Long> sizes) {
        this.graph = graph;
        this.sizes = sizes;
    }

    /**
     * The size of the arena in bytes, gradients included, weights and the backend's workspaces left out.
     *
     * @param graph what is run, after all passes
     * @param sizes of the symbolic dimensions and N
     * @throws IllegalArgumentException when a size is missing, or a tensor is too large
     */
    public static long bytes(Graph graph, Map<String, Long> sizes) {
        return MemoryPlanner.plan(buffers(graph, sizes)).bytes();
    }

    /**
     * The buffers in the arena, their lifetimes as numbers of nodes of the graph.
     *
     * @param graph what is run, after all passes
     * @param sizes of the symbolic dimensions and N
     * @throws IllegalArgumentException when a size is missing, or a tensor is too large
     */
    public static List<Buffer> buffers(Graph graph, Map<String, Long> sizes) {
        return new ArenaPlan(graph, sizes).buffers();
    }

    private List<Buffer> buffers() {
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            owners.put(node, isView(node) ? owner(node.input(0)) : node);
            for (Node operand : node.inputs()) {
                last.put(owner(operand), i);
            }
        }
        keep();
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (owner(node).equals(node) && !node.isStored()) {
                numbers.put(node, buffers.size());
                buffers.add(buffer(node, i));
            }
        }
        return buffers;
    }

    private Node owner(Node node) {
        return owners.getOrDefault(node, node);
    }

    private static boolean isView(Node node) {
        return node.operation() instanceof Op op && op.spec().isView();
    }

    /** What is read after the run or written before it. A graph with gradients prepares nothing: its weights change. */
    private void keep() {
        for (Result result : graph.results()) {
            kept.add(owner(result.node()));
        }
        boolean prepares = graph.results(Kind.GRADIENT).isEmpty();
        for (Node node : graph.nodes()) {
            boolean follows = node.operation() instanceof Op op
                    ? prepares && !op.spec().isRandom() && prepared.containsAll(node.inputs())
                    : node.isStored();
            if (follows) {
                prepared.add(node);
                kept.add(owner(node));
            }
            if (node.isSource()) {
                kept.add(node);
            }
        }
    }

    private Buffer buffer(Node node, int index) {
        long bytes = Summary.bytes(node, sizes);
        int first = node.isSource() || prepared.contains(node) ? 0 : index;
        return kept.contains(node)
                ? new Buffer(bytes, first, graph.nodes().size(), over(node))
                : new Buffer(bytes, index, last.getOrDefault(node, index), over(node));
    }

    /** The buffers that a node may be written over, once they are not needed any more. */
    private List<Integer> over(Node node) {
        if (!(node.operation() instanceof Op op) || !op.spec().isElementwise()) {
            return List.of();
        }
        return node.inputs().stream()
                .map(this::owner)
                .distinct()
                .filter(x -> numbers.containsKey(x) && !kept.contains(x))
                .filter(x -> node.inputs().stream()
                        .allMatch(i -> !owner(i).equals(x) || i.shape().equals(node.shape())))
                .map(numbers::get)
                .toList();
    }
}
