package dev.striate.compiler.plan;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Op;
import dev.striate.core.plan.MemoryPlanner;
import dev.striate.core.plan.MemoryPlanner.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arena of a graph, planned from the lifetimes of its values as the runtime will plan it. */
public final class ArenaPlan {
    private ArenaPlan() {}

    /**
     * The size of the arena in bytes, gradients included, weights and the backend's workspaces left out.
     *
     * @param sizes of the symbolic dimensions and N
     * @throws IllegalArgumentException when a size is missing, or a tensor is too large
     */
    public static long bytes(Graph graph, Map<String, Long> sizes) {
        int end = graph.nodes().size();
        Map<Node, Node> owners = new HashMap<>();
        Map<Node, Integer> first = new HashMap<>();
        Map<Node, Integer> last = new HashMap<>();
        for (int i = 0; i < end; i++) {
            Node node = graph.nodes().get(i);
            Node owner = isView(node) ? owners.getOrDefault(node.input(0), node.input(0)) : node;
            owners.put(node, owner);
            // Inputs are written before the first step.
            first.putIfAbsent(owner, node.isSource() ? 0 : i);
            for (Node operand : node.inputs()) {
                last.put(owners.getOrDefault(operand, operand), i);
            }
            last.merge(owner, i, Math::max);
        }
        Set<Node> kept = new HashSet<>();
        for (Result result : graph.results()) {
            kept.add(owners.getOrDefault(result.node(), result.node()));
        }
        List<Buffer> buffers = new ArrayList<>();
        first.forEach((node, from) -> {
            if (!node.isStored()) {
                boolean whole = kept.contains(node) || node.isSource();
                buffers.add(new Buffer(Summary.bytes(node, sizes), from, whole ? end : last.getOrDefault(node, from)));
            }
        });
        buffers.sort(Comparator.comparingInt(Buffer::first).thenComparingLong(Buffer::bytes));
        return MemoryPlanner.plan(buffers).bytes();
    }

    private static boolean isView(Node node) {
        return node.operation() instanceof Op op && op.spec().isView();
    }
}
