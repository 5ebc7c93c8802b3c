package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Phase;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeMap;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The net as it is used: layers that are in force in training only become the identity, and only some kinds of results
 * are kept.
 *
 * <pre>
 * before:  x -> dropout -> fc -> y        after:  x -> fc -> y
 * </pre>
 */
public final class InferencePhase {
    private InferencePhase() {}

    /** The graph in inference, with the results of the given kinds; labels only when something reads them. */
    public static Graph run(Graph graph, Set<Kind> keep) {
        NodeMap<Node> replaced = new NodeMap<>();
        List<Node> nodes = new ArrayList<>();
        boolean hasLabels = keep.contains(Kind.LOSS);
        for (Node node : graph.nodes()) {
            if (!hasLabels && node.operation() instanceof Source.Label) {
                continue; // what reads it is dead code
            }
            Node moved = node.on(replaced);
            if (node.operation() instanceof Op op && op.spec().category() == Category.TRAINING_LAYER) {
                replaced.put(node, moved.input(0));
                continue;
            }
            nodes.add(moved);
            if (!moved.equals(node)) {
                replaced.put(node, moved);
            }
        }
        List<Result> results = graph.results().stream()
                .filter(r -> keep.contains(r.kind()) && r.phase() != Phase.TRAIN)
                .map(r -> new Result(r.kind(), r.name(), replaced.getOrDefault(r.node(), r.node()), r.origin()))
                .toList();
        return DeadCode.run(graph.with(nodes, results));
    }
}
