package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.NodeMap;
import dev.striate.compiler.ir.NodeSet;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.op.Elementwise;
import dev.striate.compiler.op.FusedOp;
import dev.striate.compiler.op.KernelCall;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.PointwiseOp;
import dev.striate.core.kernel.Pointwise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An element-wise operator joins what computes one of its operands, when nothing else reads that: an anchor, such as a
 * convolution, normalization or gradient, whose kernel then computes both, or another element-wise operator. What a
 * gradient needs is read by it, and so stays.
 *
 * <pre>
 * before:  x -> conv -> a;  a, scale, shift -> affine -> b;  b, y -> add -> c;  c -> relu -> d
 * after:   x, scale, shift, y -> conv.then(affine).then(add).then(relu) -> d
 * </pre>
 *
 * So do gradients: the gradient of the other branch is added, and that of the activation applied, where the convolution's
 * data gradient is computed. A fused node stands where its anchor stood, so that parameters keep their order. What it
 * reads was computed before that, or follows from weights alone and is moved before it.
 */
public final class Fuse {
    /** Functions and operands in one expression: what keeps the kernels' programs short. */
    private static final int LARGEST = 64;

    private static final int MOST_OPERANDS = 8;

    /** Functions in one kernel: what keeps the statement that describes it short. */
    private static final int MOST_FUNCTIONS = 8;

    /** Two operators by their numbers, each with how many operands it has, and which of the second is the first's result. */
    private record Pair(int first, int operands, int next, int others, int place) {}

    private final Graph graph;
    private final NodeSet updates;
    /** How often each node is read, results included. */
    private final NodeMap<Integer> uses = new NodeMap<>();

    /** What took the place of a node, where another did. */
    private final NodeMap<Node> replaced = new NodeMap<>();

    /** Nodes share operators; these are found faster by their identity than compared. */
    private final IdentityHashMap<Op, Integer> numbers = new IdentityHashMap<>();

    private final Map<Pair, Optional<Op>> pairs = new HashMap<>();
    /** What stands where a node of the graph stood; null where it went into another. */
    private final List<@Nullable Node> placed = new ArrayList<>();

    private final NodeMap<Integer> places = new NodeMap<>();
    /** What was moved before a place. */
    private final Map<Integer, List<Node>> moved = new HashMap<>();
    /** What follows from weights alone. */
    private final NodeSet prepared = new NodeSet();
    /** Where weights change after each run, nothing is prepared, and so nothing moved. */
    private final boolean prepares;

    private Fuse(Graph graph) {
        this.graph = graph;
        this.updates = Rebuild.updates(graph);
        this.prepares = graph.results(Kind.GRADIENT).isEmpty();
        graph.nodes().forEach(n -> n.inputs().forEach(this::countUse));
        graph.results().forEach(r -> countUse(r.node()));
    }

    private void countUse(Node node) {
        uses.put(node, uses.getOrDefault(node, 0) + 1);
    }

    /** The graph with fused nodes. */
    public static Graph run(Graph graph) {
        return new Fuse(graph).fuse();
    }

    private Graph fuse() {
        for (Node node : graph.nodes()) {
            Node now = node.on(replaced);
            placed.add(null);
            Node made = join(now, updates.contains(node));
            if (made == null) {
                made = now;
                place(made, placed.size() - 1);
            }
            if (!made.equals(node)) {
                uses.put(made, uses.getOrDefault(node, 0));
                replaced.put(node, made);
            }
        }
        if (replaced.isEmpty()) {
            return graph;
        }
        return graph.with(inOrder(), Rebuild.results(graph, replaced));
    }

    private List<Node> inOrder() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < placed.size(); i++) {
            nodes.addAll(moved.getOrDefault(i, List.of()));
            Node node = placed.get(i);
            if (node != null) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private void place(Node node, int where) {
        placed.set(where, node);
        places.put(node, where);
        boolean isPrepared = node.isSource()
                ? node.isStored()
                : !Op.of(node).spec().isRandom() && prepared.containsAll(node.inputs());
        if (prepares && isPrepared) {
            prepared.add(node);
        }
    }

    /** The node together with what computes one of its operands; null when it stays alone. */
    private @Nullable Node join(Node node, boolean isUpdate) {
        if (node.isSource() || function(node) == null) {
            return null;
        }
        Op joined = null;
        int place = -1;
        for (int i = 0; i < node.inputs().size(); i++) {
            if (place < 0 || at(node.input(i)) > at(node.input(place))) {
                Op both = joined(node, i, isUpdate);
                place = both == null ? place : i;
                joined = both == null ? joined : both;
            }
        }
        if (joined == null) {
            return null;
        }
        return joined instanceof FusedOp ? onto(place, joined, node) : group(place, joined, node);
    }

    private static @Nullable Elementwise function(Node node) {
        return Op.of(node).elementwise(node.inputs().size());
    }

    private int at(Node node) {
        return Objects.requireNonNull(places.get(node), node.path());
    }

    /** What computes an operand and then a function of it, where one kernel may; null where it may not. */
    private @Nullable Op joined(Node node, int place, boolean isUpdate) {
        Node before = node.input(place);
        if (uses.getOrDefault(before, 0) != 1 || !before.type().equals(node.type()) || before.isSource()) {
            return null;
        }
        boolean fits = isAnchor(Op.of(before))
                ? !isUpdate
                        && node.inputs().stream()
                                .allMatch(i -> i.equals(before) || at(i) < at(before) || prepared.contains(i))
                : isBackward(before) == isBackward(node);
        return fits ? both(before, node, place).orElse(null) : null;
    }

    private static boolean isAnchor(Op op) {
        return op instanceof FusedOp || op.spec().isAnchor();
    }

    /** An operator and one that reads its result, both in one; empty where there is no kernel for that. */
    private Optional<Op> both(Node before, Node node, int place) {
        Pair pair = new Pair(
                number(Op.of(before)),
                before.inputs().size(),
                number(Op.of(node)),
                node.inputs().size(),
                place);
        Optional<Op> known = pairs.get(pair);
        if (known == null) {
            Elementwise next = Objects.requireNonNull(function(node));
            known = both(Op.of(before), before.inputs().size(), next, place);
            pairs.put(pair, known);
        }
        return known;
    }

    private static Optional<Op> both(Op first, int operands, Elementwise next, int place) {
        if (isAnchor(first)) {
            FusedOp fused = FusedOp.of(first).then(next, place);
            return isSmall(fused.epilogue(), fused.calls()) ? Optional.of(fused) : Optional.empty();
        }
        Elementwise before = first.elementwise(operands);
        if (before == null) {
            return Optional.empty();
        }
        Elementwise both = before.then(next, place);
        return isSmall(both.function(), both.call().options())
                ? Optional.of(PointwiseOp.group(both))
                : Optional.empty();
    }

    private int number(Op op) {
        return numbers.computeIfAbsent(op, o -> numbers.size());
    }

    private static boolean isSmall(Pointwise function, List<KernelCall.Option> calls) {
        return calls.size() <= MOST_FUNCTIONS
                && function.arity() <= MOST_OPERANDS
                && function.expr().size() <= LARGEST;
    }

    /** What the forward pass computed early is not computed again late, where its operands would have to be kept. */
    private static boolean isBackward(Node node) {
        return node.origin() instanceof Origin.Derived derived && derived.by().equals("autodiff");
    }

    /** A kernel that goes on: it stays where it is, and keeps the path that its parameters have. */
    private Node onto(int place, Op fused, Node node) {
        Node before = node.input(place);
        int where = at(before);
        int data = Op.of(before).spec().data(before).size();
        List<Node> inputs = new ArrayList<>(before.inputs().subList(0, data));
        inputs.addAll(without(node.inputs(), place));
        inputs.addAll(before.inputs().subList(data, before.inputs().size()));
        Node made = new Node(fused, inputs, node.type(), before.path(), before.origin());
        without(node.inputs(), place).forEach(i -> hoist(i, where));
        place(made, where);
        return made;
    }

    /** Moves a prepared node, and what it reads, before a place. */
    private void hoist(Node node, int where) {
        int from = at(node);
        if (from > where) {
            node.inputs().forEach(i -> hoist(i, where));
            if (node.equals(placed.get(from))) {
                placed.set(from, null);
            } else {
                Objects.requireNonNull(moved.get(from)).remove(node);
            }
            moved.computeIfAbsent(where, w -> new ArrayList<>()).add(node);
            places.put(node, where);
        }
    }

    /** Two functions as one, which stands where the second stood. */
    private Node group(int place, Op both, Node node) {
        Node before = node.input(place);
        List<Node> inputs = new ArrayList<>(before.inputs());
        inputs.addAll(without(node.inputs(), place));
        Node group = new Node(both, inputs, node.type(), node.path(), node.origin());
        placed.set(at(before), null);
        place(group, placed.size() - 1);
        return group;
    }

    private static List<Node> without(List<Node> nodes, int place) {
        List<Node> others = new ArrayList<>(nodes);
        others.remove(place);
        return others;
    }
}
