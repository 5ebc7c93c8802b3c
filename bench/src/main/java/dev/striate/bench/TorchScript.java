package dev.striate.bench;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A graph as methods of a TorchScript module: one statement for each node. Parameters are attributes {@code p0}, {@code
 * p1}, … of the module; inputs and labels are arguments {@code x0}, {@code x1}, ….
 *
 * @param stored the parameters and running statistics in the order of their attributes
 * @param arguments the inputs, then the labels
 * @param body the statements of the forward pass, indented
 * @param results by node, the variables
 */
record TorchScript(List<Node> stored, List<Node> arguments, String body, Map<Node, String> results) {
    /**
     * Writes a graph down.
     *
     * @param graph one phase as it was written, before any pass
     * @param sizes of all symbolic dimensions, the batch included
     * @throws UnmappedException when libtorch has no such operator
     */
    static TorchScript of(Graph graph, Map<String, Long> sizes, boolean training) {
        TorchOps ops = new TorchOps(sizes, training);
        List<Node> stored = new ArrayList<>();
        List<Node> arguments = new ArrayList<>(graph.sources(Source.Input.class));
        arguments.addAll(graph.sources(Source.Label.class));
        StringBuilder body = new StringBuilder();
        Map<Node, String> names = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (node.isStored()) {
                names.put(node, "self." + parameter(stored.size()));
                stored.add(node);
            } else if (node.isSource()) {
                names.put(node, argument(arguments.indexOf(node)));
            } else {
                String name = "v" + names.size();
                List<String> in = node.inputs().stream().map(names::get).toList();
                body.append("    ")
                        .append(name)
                        .append(" = ")
                        .append(ops.of(node, in))
                        .append('\n');
                names.put(node, name);
            }
        }
        return new TorchScript(stored, arguments, body.toString(), names);
    }

    /** The attribute of parameter {@code index}. */
    static String parameter(int index) {
        return "p" + index;
    }

    private static String argument(int index) {
        return "x" + index;
    }

    /** A method that returns the values of some nodes: of one a tensor, of several a list. */
    String forward(List<Node> nodes) {
        String values = nodes.stream().map(results::get).collect(Collectors.joining(", "));
        return "def forward(self" + parameters() + ") -> List[Tensor]:\n" + body + "    return [" + values + "]\n";
    }

    /**
     * A method that returns a loss and its gradients.
     *
     * @param loss a scalar
     * @param by the parameters, of which the loss depends on each
     */
    String gradients(Node loss, List<Node> by) {
        String parameters = by.stream().map(results::get).collect(Collectors.joining(", "));
        return "def forward(self" + parameters() + ") -> List[Tensor]:\n" + body
                + "    found = [" + results.get(loss) + ".detach()]\n"
                + "    for g in torch.autograd.grad([" + results.get(loss) + "], [" + parameters + "]):\n"
                + "        if g is not None:\n"
                + "            found.append(g)\n"
                + "    return found\n";
    }

    private String parameters() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            text.append(", ").append(argument(i)).append(": Tensor");
        }
        return text.toString();
    }
}
