package dev.striate.compiler.ir;

import dev.striate.compiler.ir.Graph.Result;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A graph as text that a person can read and two versions can be compared by: one line for each node, then one for each
 * result.
 *
 * <pre>
 * net LeNet5
 * image = input : f32[N, 1, 28, 28]  // lenet5.cnn:5
 * conv1 = conv(6, 5, 5).pad(2) image, conv1.weight, conv1.bias : f32[N, 6, 28, 28]  // lenet5.cnn:8
 * output logits = fc3  // lenet5.cnn:11
 * </pre>
 */
public final class GraphPrinter {
    private GraphPrinter() {}

    /** The text, every line ended by a line feed. */
    public static String print(Graph graph) {
        StringBuilder text = new StringBuilder("net ").append(graph.name()).append('\n');
        graph.nodes().forEach(n -> text.append(line(n)));
        graph.results().forEach(r -> text.append(line(r)));
        return text.toString();
    }

    private static String line(Node node) {
        return node.path() + " = " + node.operation().describe(node) + operands(node.inputs()) + " : " + node.type()
                + place(node.origin());
    }

    private static String line(Result result) {
        String kind = result.kind().name().toLowerCase(Locale.ROOT);
        return kind + " " + result.name() + " = " + result.node().path() + place(result.origin());
    }

    private static String operands(List<Node> nodes) {
        String paths = nodes.stream().map(Node::path).collect(Collectors.joining(", "));
        return paths.isEmpty() ? "" : " " + paths;
    }

    private static String place(Origin origin) {
        String by = origin instanceof Origin.Derived derived ? ", " + derived.by() : "";
        return "  // " + origin.place() + by + "\n";
    }
}
