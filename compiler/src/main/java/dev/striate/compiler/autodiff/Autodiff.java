package dev.striate.compiler.autodiff;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeMap;
import dev.striate.compiler.ir.NodeSet;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.FillOp;
import dev.striate.compiler.op.Gradients;
import dev.striate.compiler.op.MergeOp;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.Signatures;
import dev.striate.compiler.op.Signatures.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation as one walk over the graph, from the objective back. It emits graph, never numbers, and
 * knows no operator: each states its own gradients.
 *
 * <pre>
 * before:  x, w -> fc -> loss          after:  ... loss; one -> loss.grad -> fc.weight.grad
 * </pre>
 */
public final class Autodiff {
    private final NodeSet needed = new NodeSet();
    private final NodeMap<Node> gradients = new NodeMap<>();
    private final List<Node> nodes;
    private final Set<String> paths = new HashSet<>();
    private final Signatures signatures = new Signatures();

    private Autodiff(Graph graph) {
        nodes = new ArrayList<>(graph.nodes());
    }

    /** The graph with the gradients of an objective or loss by all parameters that it depends on as further results. */
    public static Graph run(Graph graph, String loss) {
        return run(graph, loss, Node::isParam);
    }

    /**
     * The graph with the gradients of an objective or loss by the wanted sources, where it depends on them, as further results.
     *
     * @throws IllegalArgumentException when there is no such loss, or an operator in between has no gradient; the
     *     analysis has reported both to the user before
     */
    public static Graph run(Graph graph, String loss, Predicate<Node> wanted) {
        Node objective = graph.result(Kind.OBJECTIVE, loss)
                .or(() -> graph.result(Kind.LOSS, loss))
                .orElseThrow(() -> new IllegalArgumentException(graph.name() + " has no loss " + loss))
                .node();
        return new Autodiff(graph).differentiate(graph, objective, wanted);
    }

    private Graph differentiate(Graph graph, Node objective, Predicate<Node> wanted) {
        List<Node> sources = new ArrayList<>();
        for (Node node : graph.nodes()) {
            paths.add(node.path());
            if (wanted.test(node)) {
                sources.add(node);
                needed.add(node);
            } else if (needed.containsAny(node.inputs())) {
                needed.add(node);
            }
        }
        gradients.put(objective, add(objective, "seed", FillOp.seed(1, Shape.SCALAR)));
        for (Node node : graph.nodes().reversed()) {
            Node incoming = gradients.get(node);
            if (incoming != null && needed.contains(node) && node.operation() instanceof Op op) {
                op.spec().notDifferentiable().ifPresent(why -> {
                    throw new IllegalArgumentException(op.name() + " has no gradient: " + why);
                });
                op.spec().differentiate(new Walk(node, incoming));
            }
        }
        List<Result> results = new ArrayList<>(graph.results());
        for (Node node : sources) {
            Node gradient = gradients.get(node);
            if (gradient != null) {
                results.add(new Result(Kind.GRADIENT, node.path(), gradient, node.origin()));
            }
        }
        return graph.with(nodes, results);
    }

    /** Adds a node that belongs to the backward step of {@code of}. */
    private Node add(Node of, String suffix, Op op, Node... operands) {
        int use = of.path().indexOf('@'); // later uses of shared weights keep their number at the end
        String end = use < 0 ? "" : of.path().substring(use);
        String base = (use < 0 ? of.path() : of.path().substring(0, use)) + "." + suffix;
        String path = base + end;
        for (int count = 2; !paths.add(path); count++) {
            path = base + count + end;
        }
        List<TensorType> types = Arrays.stream(operands).map(Node::type).toList();
        Signature signature = signatures.of(op, types);
        Node node = new Node(
                signature.op(),
                List.of(operands),
                signature.result(),
                path,
                new Origin.Derived("autodiff", of.origin()));
        nodes.add(node);
        return node;
    }

    /** What the gradient rule of one node sees. */
    private final class Walk implements Gradients {
        private final Node node;
        private final Node incoming;

        Walk(Node node, Node incoming) {
            this.node = node;
            this.incoming = incoming;
        }

        @Override
        public Node node() {
            return node;
        }

        @Override
        public Node incoming() {
            return incoming;
        }

        @Override
        public boolean wants(int input) {
            return needed.contains(node.input(input));
        }

        @Override
        public Node emit(int input, Op op, Node... operands) {
            return add(node, named(input) + ".grad", op, operands);
        }

        @Override
        public Node emit(String name, Op op, Node... operands) {
            return add(node, name, op, operands);
        }

        /** What an operand is to the operator: a parameter by its name, {@code weight}, or an input. */
        private String named(int input) {
            Node operand = node.input(input);
            if (!operand.isStored()) {
                return "input";
            }
            int use = node.path().indexOf('@');
            String own = (use < 0 ? node.path() : node.path().substring(0, use)) + ".";
            return operand.path().startsWith(own) ? operand.path().substring(own.length()) : "input";
        }

        @Override
        public void to(int input, @Nullable Node gradient) {
            if (gradient != null) {
                Node operand = node.input(input);
                Node other = gradients.get(operand);
                gradients.put(
                        operand,
                        other == null
                                ? gradient
                                : add(node, named(input) + ".grad_sum", MergeOp.add(), other, gradient));
            }
        }
    }
}
