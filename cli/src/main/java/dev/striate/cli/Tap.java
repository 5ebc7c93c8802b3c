package dev.striate.cli;

import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.compiler.emit.JavaEmitter;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.pass.InferencePhase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A net of which a value within can be read.
 *
 * @param net the net, with the value as a further output
 * @param output the name of that output
 */
record Tap(CompiledNet net, String output) {
    /**
     * Makes a value of a net an output.
     *
     * @param path the path of a layer, or that of a block or label, which means its result
     * @throws Failure when there is no such value, or there are several
     */
    static Tap at(String path, CompiledNet net) {
        NetModel model = net.model();
        Graph inference = InferencePhase.run(model.graph(), Set.of(Kind.OUTPUT));
        Node value = find(path, inference);
        Set<String> taken = new HashSet<>();
        inference.results().forEach(r -> taken.add(r.name()));
        String name = "code";
        while (taken.contains(name)) {
            name += "_";
        }
        List<Result> results = new ArrayList<>(inference.results());
        results.add(new Result(Kind.OUTPUT, name, value, value.origin()));
        NetModel tapped = new NetModel(
                model.packageName(),
                model.name(),
                model.doc(),
                model.source(),
                model.graph(),
                model.recipes(),
                inference.with(inference.nodes(), results),
                model.evaluation(),
                model.training());
        return new Tap(
                new CompiledNet(net.packageName(), net.name(), net.javaPath(), JavaEmitter.emit(tapped), tapped), name);
    }

    private static Node find(String path, Graph graph) {
        for (Result result : graph.results()) {
            if (result.name().equals(path)) {
                return result.node();
            }
        }
        List<Node> values = graph.nodes().stream().filter(n -> !n.isStored()).toList();
        for (Node node : values) {
            if (node.path().equals(path)) {
                return node;
            }
        }
        List<Node> within = values.stream()
                .filter(n -> n.path().startsWith(path + "."))
                .filter(n -> leaves(n, path, graph))
                .toList();
        if (within.size() > 1) {
            throw Failure.usage("--at " + path + " has several results: "
                    + String.join(", ", within.stream().map(Node::path).toList()));
        }
        if (within.isEmpty()) {
            throw unknown(path, values);
        }
        return within.getFirst();
    }

    /** Whether a value within {@code path} is used outside of it. */
    private static boolean leaves(Node value, String path, Graph graph) {
        return graph.results().stream().anyMatch(r -> r.node().equals(value))
                || graph.nodes().stream()
                        .anyMatch(n -> n.inputs().contains(value) && !n.path().startsWith(path + "."));
    }

    private static Failure unknown(String path, List<Node> values) {
        Set<String> paths = new HashSet<>();
        for (Node value : values) {
            String p = value.path();
            paths.add(p);
            for (int dot = p.indexOf('.'); dot > 0; dot = p.indexOf('.', dot + 1)) {
                paths.add(p.substring(0, dot));
            }
        }
        List<String> near = Suggestions.near(path, paths);
        return Failure.usage("--at " + path + ": the net has no such value"
                + (near.isEmpty()
                        ? "; `striate summary` lists them"
                        : "; did you mean " + String.join(" or ", near) + "?"));
    }
}
