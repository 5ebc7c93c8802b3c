package dev.striate.compiler.analyze;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Facts;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Phase;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the nodes and results of a net. */
final class NetBuilder {
    /** More calls, iterations and layers than any net has; they take less than a second to write down. */
    private static final int MOST_STEPS = 40_000;

    private final Log log;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Graph.Result> results = new ArrayList<>();
    private final IdentityHashMap<Node, Ast.Type> declared = new IdentityHashMap<>();
    private final Map<String, Node> owned = new HashMap<>();
    private final Map<String, Integer> ordinals = new HashMap<>();
    private final Map<String, Set<String>> updates = new HashMap<>();
    private final Set<Node> labelled = new HashSet<>();
    private final Deque<Origin.Call> calls = new ArrayDeque<>();
    private final List<String> dimensions = new ArrayList<>();
    private final List<Condition> conditions = new ArrayList<>();
    private Facts facts = new Facts(List.of());
    private Phase phase = Phase.ALWAYS;
    private int steps;
    private boolean complete;

    NetBuilder(Log log) {
        this.log = log;
    }

    // ---- nodes

    /** Adds a node behind its operands, its sizes in the normal form that the net's conditions allow. */
    Node add(Node node) {
        TensorType type = facts.normalize(node.type());
        Node added = type.equals(node.type())
                ? node
                : new Node(node.operation(), node.inputs(), type, node.path(), node.origin());
        nodes.add(added);
        if (added.operation() instanceof Source.Label || added.inputs().stream().anyMatch(labelled::contains)) {
            labelled.add(added);
        }
        return added;
    }

    /** Adds an input or label with the type that it was declared with. */
    Node add(Node node, Ast.Type type) {
        Node added = add(node);
        declared.put(added, type);
        return added;
    }

    /** The parameter or state at {@code path}: with {@code shared} the one that is there already, else a new one. */
    Node owned(String path, boolean shared, Supplier<Node> fresh) {
        Node before = shared ? owned.get(path) : null;
        if (before != null) {
            return before;
        }
        Node node = add(fresh.get());
        owned.put(path, node);
        return node;
    }

    /** A path for something without a place of its own in the text, such as the sum in {@code a + b}. */
    String fresh(String name, Place place) {
        // Every use of shared weights counts anew: what is written out for it is told apart by the use.
        String counted = place.use() + " " + place.prefix() + name;
        String segment;
        do {
            segment = name + ordinals.merge(counted, 1, Integer::sum);
        } while (place.segments().isTaken(segment));
        return place.prefix() + segment;
    }

    /** The type that an input or label was declared with; null for other nodes. */
    Ast.@Nullable Type declared(Node node) {
        return declared.get(node);
    }

    /** Whether its value follows from a label, so that it is not there when the net is used. */
    boolean needsLabel(Node node) {
        return labelled.contains(node);
    }

    // ---- where it is

    /** What was written at {@code span}, within the blocks that are being called. */
    Origin origin(Span span) {
        return new Origin.Source(span, calls.peek());
    }

    /** Says that a block is being called. */
    void enter(Origin.Call call) {
        calls.push(call);
        log.within(call);
    }

    /** Says that the innermost block is done. */
    void leave() {
        calls.pop();
        log.within(calls.peek());
    }

    /** The innermost call of a block; null outside of blocks. */
    Origin.@Nullable Call call() {
        return calls.peek();
    }

    /** Says to which phase the next results belong. */
    void enter(Phase next) {
        phase = next;
    }

    /** The phase to which results belong now. */
    Phase phase() {
        return phase;
    }

    /** Counts a call, an iteration or a layer; false, and an error the first time, when there are too many. */
    boolean step(Span span) {
        steps++;
        if (steps == MOST_STEPS) {
            log.add(Diagnostic.error(
                            Code.TOO_MANY_STEPS,
                            span,
                            "the net has more than " + MOST_STEPS + " layers, calls and iterations by here")
                    .fix("repeat less often"));
            log.loseTrack();
        }
        return steps < MOST_STEPS;
    }

    /** Says that all statements were seen, so that no parameter comes any more. */
    void complete() {
        complete = true;
    }

    /** Whether all statements were seen. */
    boolean isComplete() {
        return complete;
    }

    // ---- results

    /** Adds a result. */
    void result(Graph.Kind kind, String name, Node node, Span span) {
        results.add(new Graph.Result(kind, name, node, origin(span), phase));
    }

    /** Says which parameters an objective updates. */
    void updates(String objective, Set<String> paths) {
        updates.put(objective, paths);
    }

    // ---- dimensions

    /** Adds a symbolic dimension. */
    void dimension(String name) {
        dimensions.add(name);
    }

    /** Adds a condition on the sizes of dimensions. */
    void condition(Condition condition) {
        conditions.add(condition);
        facts = new Facts(conditions);
    }

    /** What the conditions say. */
    Facts facts() {
        return facts;
    }

    /** Whether a number depends on dimensions of this net, and on nothing else. */
    boolean hasDimensions(Dim dim) {
        return !dim.symbols().isEmpty() && dimensions.containsAll(dim.symbols());
    }

    /** What was collected; no sizes of its dimensions are known to fit yet. */
    Graph graph(String name) {
        return new Graph(name, nodes, results, new Dimensions(dimensions, conditions, Map.of()), Map.copyOf(updates));
    }
}
