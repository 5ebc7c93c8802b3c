package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.GraphPrinter;
import dev.striate.compiler.ir.GraphVerifier;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Nodes;
import java.util.Arrays;
import java.util.List;

/** Graphs before and after a pass, written so that a test can show both. */
final class Rewritten {
    private Rewritten() {}

    /** A graph of nodes in order, of which some are outputs. */
    static Graph graph(List<Node> nodes, Node... outputs) {
        List<Result> results =
                Arrays.stream(outputs).map(y -> Nodes.result(Kind.OUTPUT, y)).toList();
        return new Graph("net", nodes, results);
    }

    /** The operators after a rule. */
    static List<String> lines(Rebuild.Rule rule, Graph graph) {
        return printed(Rebuild.run(graph, rule));
    }

    /** The operators of a graph after a pass, a line each: {@code y = relu() x}; then the outputs. */
    static List<String> printed(Graph graph) {
        return GraphPrinter.print(GraphVerifier.verify(graph, "the pass"))
                .lines()
                .skip(1)
                .map(line -> line.replaceAll(" : .*", "").replaceAll("  //.*", ""))
                .filter(line -> !line.matches(".* = (input|param|state).*"))
                .toList();
    }
}
