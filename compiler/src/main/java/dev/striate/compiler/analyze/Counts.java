package dev.striate.compiler.analyze;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Op;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Numbers of parameters or of multiply-accumulate operations, by the path of the layer.
 *
 * @param byLayer the numbers, in the order of the graph
 */
record Counts(Map<String, Dim> byLayer) {
    private static final int SHOWN = 3;

    /** Sizes at which contributions are compared where none are given. */
    private static final Map<String, Long> PROBE = Map.of("N", 1L, "H", 224L, "W", 224L, "L", 224L);

    /** The parameters of {@code graph}. */
    static Counts params(Graph graph) {
        Map<String, Dim> counts = new LinkedHashMap<>();
        for (Node param : graph.params()) {
            String path = param.path();
            int dot = path.lastIndexOf('.');
            counts.merge(dot < 0 ? path : path.substring(0, dot), param.shape().elements(), Dim::plus);
        }
        return new Counts(counts);
    }

    /** The multiply-accumulate operations of a run of {@code graph} at given sizes. */
    static Counts macs(Graph graph, Map<String, Long> sizes) {
        Map<String, Dim> counts = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof Op op) {
                List<TensorType> data = node.inputs().stream().map(Node::type).toList();
                Dim macs = op.spec().macs(op, data, node.type()).at(sizes);
                if (!macs.is(0)) {
                    counts.put(node.path(), macs);
                }
            }
        }
        return new Counts(counts);
    }

    /** All together. */
    Dim total() {
        return byLayer.values().stream().reduce(Dim.of(0), Dim::plus);
    }

    /** The three largest: {@code fc1 48120, fc2 10164, conv2 2416}. */
    String largest() {
        return byLayer.entrySet().stream()
                .sorted(Map.Entry.<String, Dim>comparingByValue(Comparator.comparing(Counts::perSample))
                        .reversed())
                .limit(SHOWN)
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    private static Rational perSample(Dim number) {
        return number.at(PROBE).constant().orElse(Rational.ZERO);
    }
}
