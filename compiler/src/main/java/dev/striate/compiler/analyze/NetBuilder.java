package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.syntax.Ast;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the nodes and results of a net. */
final class NetBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final List<Graph.Result> results = new ArrayList<>();
    private final IdentityHashMap<Node, Ast.Type> declared = new IdentityHashMap<>();

    /** Adds a node behind its operands. */
    Node add(Node node) {
        nodes.add(node);
        return node;
    }

    /** Adds an input or label with the type that it was declared with. */
    Node add(Node node, Ast.Type type) {
        declared.put(node, type);
        return add(node);
    }

    /** The type that an input or label was declared with; null for other nodes. */
    Ast.@Nullable Type declared(Node node) {
        return declared.get(node);
    }

    /** Adds a result. */
    void result(Graph.Result result) {
        results.add(result);
    }

    /** What was collected. */
    Graph graph(String name) {
        return new Graph(name, nodes, results);
    }
}
