package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Condition;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Dimensions;
import dev.striate.compiler.ir.Facts;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the nodes and results of a net. */
final class NetBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final List<Graph.Result> results = new ArrayList<>();
    private final IdentityHashMap<Node, Ast.Type> declared = new IdentityHashMap<>();

    private final List<String> dimensions = new ArrayList<>();
    private final List<Condition> conditions = new ArrayList<>();
    private Facts facts = new Facts(List.of());

    /** Adds a node behind its operands, its sizes in the normal form that the net's conditions allow. */
    Node add(Node node) {
        TensorType type = facts.normalize(node.type());
        Node added = type.equals(node.type())
                ? node
                : new Node(node.operation(), node.inputs(), type, node.path(), node.origin());
        nodes.add(added);
        return added;
    }

    /** Adds an input or label with the type that it was declared with. */
    Node add(Node node, Ast.Type type) {
        Node added = add(node);
        declared.put(added, type);
        return added;
    }

    /** The type that an input or label was declared with; null for other nodes. */
    Ast.@Nullable Type declared(Node node) {
        return declared.get(node);
    }

    /** Adds a result. */
    void result(Graph.Result result) {
        results.add(result);
    }

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
        return new Graph(name, nodes, results, new Dimensions(dimensions, conditions, Map.of()));
    }
}
