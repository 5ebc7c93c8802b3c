package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Phase;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeMap;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.Signatures;
import dev.striate.compiler.op.Signatures.Signature;
import dev.striate.compiler.op.Training;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The net as it is trained, the counterpart of {@link InferencePhase}: operators that act otherwise in training give way
 * to others, and the new values of running statistics become results.
 *
 * <pre>
 * before:  x, running_mean, running_var -> batch_norm -> y
 * after:   x, mean of x, variance of x  -> batch_norm_training -> y;  running_mean, mean of x -> new running_mean; ...
 * </pre>
 */
public final class TrainingPhase {
    private final Signatures signatures = new Signatures();
    private final List<Node> nodes = new ArrayList<>();
    private final NodeMap<Node> replaced = new NodeMap<>();
    private final Map<Node, Node> states = new LinkedHashMap<>();

    private TrainingPhase() {}

    /** The graph in training, without what is there for inference only. */
    public static Graph run(Graph graph) {
        List<Result> results =
                graph.results().stream().filter(r -> r.phase() != Phase.INFER).toList();
        return new TrainingPhase().expand(DeadCode.run(graph.with(graph.nodes(), results)));
    }

    private Graph expand(Graph graph) {
        for (Node written : graph.nodes()) {
            Node node = written.on(replaced);
            boolean differs = node.operation() instanceof Op op && op.spec().differsInTraining();
            Node made = differs ? Op.of(node).spec().expand(new Expansion(node)) : add(node);
            if (!made.equals(written)) {
                replaced.put(written, made);
            }
        }
        List<Result> results = new ArrayList<>();
        for (Result r : graph.results()) {
            results.add(
                    new Result(r.kind(), r.name(), replaced.getOrDefault(r.node(), r.node()), r.origin(), r.phase()));
        }
        states.forEach((state, next) -> results.add(new Result(Kind.STATE, state.path(), next, next.origin())));
        return graph.with(nodes, results);
    }

    private Node add(Node node) {
        nodes.add(node);
        return node;
    }

    private final class Expansion implements Training {
        private final Node node;

        Expansion(Node node) {
            this.node = node;
        }

        @Override
        public Node node() {
            return node;
        }

        @Override
        public Node replace(Op op, Node... operands) {
            return add(op, node.path(), operands);
        }

        @Override
        public Node emit(String name, Op op, Node... operands) {
            return add(op, node.path() + "." + name, operands);
        }

        private Node add(Op op, String path, Node... operands) {
            List<TensorType> data = Arrays.stream(operands)
                    .limit(op.spec().operands().size())
                    .map(Node::type)
                    .toList();
            Signature signature = signatures.of(op, data);
            return TrainingPhase.this.add(new Node(
                    signature.op(),
                    List.of(operands),
                    signature.result(),
                    path,
                    new Origin.Derived("training", node.origin())));
        }

        @Override
        public Node current(Node state) {
            return states.getOrDefault(state, state);
        }

        @Override
        public void update(Node state, Node next) {
            states.put(state, next);
        }
    }
}
