package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.onnx.OnnxExport;
import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import dev.striate.compiler.op.Ops;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators become in ONNX computes, in ONNX Runtime, what the evaluator computes. */
class OnnxOperatorsTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder = Path.of("");

    static Stream<OpSpec<?>> exported() {
        return Ops.ALL.stream()
                .filter(OpSpec::hasOnnx)
                .filter(spec -> OpCases.names().contains(spec.name()));
    }

    @ParameterizedTest
    @MethodSource("exported")
    void agreesWithTheEvaluator(OpSpec<?> spec) throws Exception {
        check(spec, 30);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("exported")
    void agreesWithTheEvaluatorInManyCases(OpSpec<?> spec) throws Exception {
        check(spec, 200);
    }

    private void check(OpSpec<?> spec, int cases) throws Exception {
        Set<String> types = new HashSet<>();
        for (int number = 0; number < cases; number++) {
            OpCase c = OpCases.draw(spec.name(), number);
            String description = spec.name() + ", case " + number + ": " + c;
            OnnxGraph graph = graph(c);
            graph.nodes().stream().map(n -> n.op().type()).forEach(types::add);
            try {
                agree(c, run(c, graph), description);
            } catch (Exception e) {
                throw new AssertionError(description + " is " + graph.nodes(), e);
            }
        }
        assertThat(types).contains(spec.onnx().split(", "));
    }

    @Test
    void normalNumbersHaveTheirMeanAndDeviation() throws Exception {
        Op op = OpCases.make("normal", Map.of("shape", Shape.of(10_000).dims(), "mean", -3.0, "deviation", 2.0));
        OpCase c = new Draw(1).on(op);
        Nd drawn = run(c, graph(c));
        double mean = 0;
        double variance = 0;
        for (int i = 0; i < drawn.size(); i++) {
            mean += drawn.get(i) / drawn.size();
            variance += Math.pow(drawn.get(i) + 3, 2) / drawn.size();
        }
        assertThat(mean).isCloseTo(-3, within(0.1)); // five deviations of the mean
        assertThat(variance).isCloseTo(4, within(0.3));
    }

    private static OnnxGraph graph(OpCase c) {
        Result result = new Result(Kind.OUTPUT, "result", c.node(), c.node().origin());
        return OnnxExport.of(new Graph("case", nodes(c), List.of(result)));
    }

    /** With an input that tells the sizes of an operator without operands. */
    private static List<Node> nodes(OpCase c) {
        List<Node> nodes = new ArrayList<>(c.nodes());
        if (c.data().isEmpty()) {
            nodes.addFirst(OpCase.source("sizes", TensorType.f32(symbols(c))));
        }
        return nodes;
    }

    private static Shape symbols(OpCase c) {
        return new Shape(c.sizes().keySet().stream().sorted().map(Dim::symbol).toList());
    }

    private Nd run(OpCase c, OnnxGraph graph) throws Exception {
        Map<String, Nd> inputs = new HashMap<>();
        for (Node source : c.data()) {
            inputs.put(source.path(), c.value(source));
        }
        if (inputs.isEmpty()) {
            inputs.put("sizes", new Nd(symbols(c).at(c.sizes())));
        }
        try (OnnxRun run = OnnxRun.of(graph, c.values(), folder)) {
            return requireNonNull(run.run(inputs).get("result"));
        }
    }

    private static void agree(OpCase c, Nd actual, String description) {
        Nd expected = c.eval();
        assertThat(actual.shape()).as(description).isEqualTo(expected.shape());
        // Random numbers are others; see the test of their own below.
        if (!c.op().name().equals("normal")) {
            // ONNX Runtime's maximum of nothing is the least float.
            Nd numbers = Nd.of(
                    actual.shape(), i -> actual.get(i) == -Float.MAX_VALUE ? Double.NEGATIVE_INFINITY : actual.get(i));
            assertThat(Feeds.distance(numbers, expected, 1)).as(description).isLessThan(TOLERANCE);
        }
    }
}
