package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.onnx.OnnxException;
import dev.striate.compiler.onnx.OnnxExport;
import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.onnx.OnnxNode;
import dev.striate.compiler.pass.InferencePhase;
import dev.striate.compiler.plan.LegalSizes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whole nets in ONNX Runtime: blocks, sharing, phases, symbolic sizes. They compute what the evaluator computes. */
class OnnxNetsTest {
    private static final Path GOLDEN = Path.of("../compiler/src/test/golden/graph");
    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path folder = Path.of("");

    @TestFactory
    List<DynamicTest> goldenNets() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".cnn")).sorted().toList()) {
                if (file.endsWith("sources.cnn")) {
                    continue; // all its inputs have sources of their own, so that no input has its batch
                }
                for (CompiledNet net : GeneratedNet.compiled(Files.readString(file))) {
                    Graph graph = net.model().graph();
                    tests.add(DynamicTest.dynamicTest(
                            file.getFileName() + " " + net.name(),
                            () -> agree(graph, 3, graph.dimensions().smallest())));
                }
            }
        }
        return tests;
    }

    @Test
    void netsWithSymbolicSizesAtAnyLegalSize() throws Exception {
        for (int seed = 0; seed < 12; seed++) {
            String text = RandomNets.drawSymbolic(seed);
            Draw d = new Draw(seed);
            Graph graph = graph(text);
            for (int i = 0; i < 3; i++) {
                Map<String, Long> wanted = Map.of("H", (long) d.between(1, 24), "W", (long) d.between(1, 24));
                try {
                    agree(graph, 1 + i, LegalSizes.nearest(graph, wanted));
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("seed " + seed + ":\n " + text, e);
                }
            }
        }
    }

    /** Outputs at a batch and other sizes. Random numbers within a net are others in ONNX: such a net need only run. */
    private void agree(Graph graph, int batch, Map<String, Long> others) throws Exception {
        OnnxGraph onnx = OnnxExport.of(graph);
        Map<String, Long> sizes = new HashMap<>(others);
        sizes.put("N", (long) batch);
        Map<String, Nd> values = new HashMap<>();
        for (Node source : graph.nodes().stream().filter(Node::isSource).toList()) {
            values.put(source.path(), NetAgreement.random(source, sizes));
        }
        Map<String, Nd> inputs = new HashMap<>();
        graph.sources(Source.Input.class).forEach(n -> inputs.put(n.path(), requireNonNull(values.get(n.path()))));
        Map<String, Nd> actual;
        try (OnnxRun run = OnnxRun.of(onnx, values, folder)) {
            actual = run.run(inputs);
        }
        Graph inference = InferencePhase.run(graph, Set.of(Kind.OUTPUT));
        boolean random =
                inference.nodes().stream().anyMatch(n -> n.operation().name().equals("normal"));
        Map<Node, Nd> expected = OpCase.evaluate(inference, values, sizes);
        for (Result r : inference.results()) {
            Nd output = requireNonNull(actual.get(r.name()), r.name());
            Nd value = requireNonNull(expected.get(r.node()));
            assertThat(output.shape()).isEqualTo(value.shape());
            if (!random) {
                assertThat(Feeds.distance(output, value)).as(r.name()).isLessThan(TOLERANCE);
            }
        }
    }

    @Test
    void aSizeThatNoInputHasIsRefused() {
        Graph graph = graph("net Noise { input z: f32[N, 4] = normal(0, 1) z -> fc(2) -> output y }");
        assertThatThrownBy(() -> OnnxExport.of(graph))
                .isInstanceOf(OnnxException.class)
                .hasMessage(
                        "test.cnn:1: ONNX has no size for N, which no input has; give the net an input that has it");
    }

    /** An input as an output, one value under two names, and an output of another layer's name. */
    @Test
    void outputsKeepTheirNames() throws Exception {
        Graph graph = graph("""
                net Names {
                  input x: f32[N, 4]
                  x -> output same
                  x -> fc(3) -> output one -> output two -> relu -> tanh -> output relu1
                }
                """);
        assertThat(OnnxExport.of(graph).outputs())
                .extracting(OnnxGraph.Value::name)
                .containsExactly("same", "one", "two", "relu1");
        agree(graph, 2, Map.of());
    }

    @Test
    void sharedWeightsAreThereOnce() throws Exception {
        Graph graph = graph("""
                net Twins {
                  input a: f32[N, 4]
                  input b: f32[N, 4]
                  shared tower = fc(3)
                  let x = a -> tower
                  let y = b -> tower
                  let d = x - y
                  d -> output difference
                }
                """);
        assertThat(OnnxExport.of(graph).parameters())
                .extracting(OnnxGraph.Parameter::name)
                .containsExactlyInAnyOrder("tower.weight", "tower.bias");
        agree(graph, 2, Map.of());
    }

    @Test
    void theRulesNoticeWhatBreaksThem() {
        OnnxGraph graph = OnnxExport.of(graph("net Two { input x: f32[N, 4] x -> relu -> tanh -> output y }"));
        OnnxRules.check(graph);
        List<OnnxNode> reversed = graph.nodes().reversed();
        assertThatThrownBy(() -> OnnxRules.check(
                        new OnnxGraph("Two", "", graph.inputs(), graph.outputs(), List.of(), List.of(), reversed)))
                .isInstanceOf(AssertionError.class);
    }

    private static Graph graph(String text) {
        return GeneratedNet.compiled(text).getFirst().model().graph();
    }
}
