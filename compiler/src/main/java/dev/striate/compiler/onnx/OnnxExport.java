package dev.striate.compiler.onnx;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.onnx.OnnxGraph.Constant;
import dev.striate.compiler.onnx.OnnxGraph.Parameter;
import dev.striate.compiler.onnx.OnnxGraph.Value;
import dev.striate.compiler.op.OnnxBuilder;
import dev.striate.compiler.op.OnnxOp;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.pass.InferencePhase;
import dev.striate.core.Sizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes ONNX graphs of nets. It knows no operator: the rules of {@link OpSpec#export} add the nodes. Inputs, outputs and
 * parameters keep their names; the result of a node has its path, what leads there the path with more behind it.
 */
public final class OnnxExport {
    private final Map<Node, String> values = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Constant> constants = new LinkedHashMap<>();
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final OnnxSizes sizes;

    private OnnxExport(List<Node> inputs) {
        sizes = new OnnxSizes(inputs);
    }

    /**
     * The forward pass of a net up to its outputs, in inference.
     *
     * @param graph all that was written
     * @throws OnnxException when ONNX cannot say something of it
     */
    public static OnnxGraph of(Graph graph) {
        Graph inference = InferencePhase.run(graph, Set.of(Kind.OUTPUT));
        List<Node> inputs = inference.sources(Source.Input.class);
        List<Node> stored = inference.nodes().stream().filter(Node::isStored).toList();
        return new OnnxExport(inputs).export(inference, inputs, stored);
    }

    private OnnxGraph export(Graph graph, List<Node> inputs, List<Node> stored) {
        for (Node source : graph.nodes().stream().filter(Node::isSource).toList()) {
            values.put(source, source.path());
            names.add(source.path());
        }
        List<Result> outputs = graph.results(Kind.OUTPUT);
        outputs.forEach(r -> names.add(r.name())); // no input or parameter has such a name
        Map<Node, String> wanted = new HashMap<>();
        outputs.forEach(r -> wanted.putIfAbsent(r.node(), r.name()));
        for (Node node : graph.nodes().stream().filter(n -> !n.isSource()).toList()) {
            String name = wanted.containsKey(node) ? wanted.getOrDefault(node, "") : unique(node.path());
            values.put(node, add(node, name));
        }
        for (Result r : outputs) {
            String value = value(r.node());
            if (!value.equals(r.name())) { // an input, or an output under another name, too
                nodes.add(new OnnxNode(
                        OnnxOp.of("Identity"),
                        List.of(value),
                        r.name(),
                        r.origin().place()));
            }
        }
        return new OnnxGraph(
                graph.name(),
                graph.dimensions().conditions().stream()
                        .map(c -> c.text() + " (" + c.origin().place() + ")\n")
                        .collect(Collectors.joining()),
                inputs.stream().map(n -> new Value(n.path(), n.shape())).toList(),
                outputs.stream().map(r -> new Value(r.name(), r.node().shape())).toList(),
                stored.stream()
                        .map(n -> new Parameter(n.path(), n.shape().at(Map.of())))
                        .toList(),
                List.copyOf(constants.values()),
                nodes);
    }

    private String unique(String name) {
        String free = name;
        for (int i = 2; !names.add(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    private String value(Node node) {
        String value = values.get(node);
        if (value == null) {
            throw new IllegalStateException(node + " is used before it is computed");
        }
        return value;
    }

    /** Adds what computes a node under a name, and gives that. */
    private String add(Node node, String name) {
        OpSpec<?> spec = Op.of(node).spec();
        if (!spec.hasOnnx()) {
            throw new OnnxException(
                    node.origin().place() + ": ONNX has nothing for " + spec.name() + ": " + spec.onnx());
        }
        int first = nodes.size();
        String result = spec.export(new Builder(node));
        nodes.subList(first, nodes.size()).replaceAll(n -> n.renamed(result, name));
        return name;
    }

    private final class Builder implements OnnxBuilder {
        private final Node node;

        Builder(Node node) {
            this.node = node;
        }

        @Override
        public Node node() {
            return node;
        }

        @Override
        public List<String> inputs() {
            return node.inputs().stream().map(OnnxExport.this::value).toList();
        }

        @Override
        public String add(OnnxOp op, String... operands) {
            String result = unique(node.path() + "/" + op.type());
            nodes.add(new OnnxNode(
                    op, Arrays.asList(operands), result, node.origin().place()));
            return result;
        }

        @Override
        public String floats(Sizes shape, float... elements) {
            List<Float> all = new ArrayList<>();
            for (float element : elements) {
                all.add(element);
            }
            String name = shape.rank() == 0 ? "float:" + all.getFirst() : unique(node.path() + "/constant");
            constants.put(name, new Constant.Floats(name, shape, List.copyOf(all)));
            return name;
        }

        @Override
        public String integers(List<Long> elements) {
            String name = "int64:" + elements;
            constants.put(name, new Constant.Integers(name, elements));
            return name;
        }

        @Override
        public String sizes(List<Dim> dims) {
            if (dims.stream().allMatch(d -> d.constant().isPresent())) {
                return integers(dims.stream().map(d -> d.asLong().orElseThrow()).toList());
            }
            String[] each = dims.stream().map(d -> sizes.of(d, this)).toArray(String[]::new);
            return each.length == 1 ? each[0] : add(OnnxOp.of("Concat").with("axis", 0), each);
        }
    }
}
