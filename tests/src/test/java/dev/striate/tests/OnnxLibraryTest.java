package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.Compilation;
import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.onnx.OnnxExport;
import dev.striate.compiler.onnx.OnnxGraph;
import dev.striate.compiler.plan.LegalSizes;
import dev.striate.compiler.source.SourceFile;
import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.tensor.Tensor;
import dev.striate.sources.SourceRoots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every net of the standard library: ONNX Runtime and the cpu backend give the same, at two batches and two sizes. */
@Tag("slow")
class OnnxLibraryTest {
    private static final Path ROOT = Path.of("../stdlib-models/src/main/cnn");
    private static final double TOLERANCE = 1e-4;
    private static final long SEED = 5;

    @TempDir
    Path folder = Path.of("");

    @TestFactory
    List<DynamicTest> everyNet() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".cnn")).sorted().toList()) {
                Compilation compilation = Compiler.compile(
                        new SourceFile(file.toString(), Files.readString(file)),
                        new SourceRoots(Path.of(""), List.of(ROOT)));
                assertThat(compilation.diagnostics().hasErrors())
                        .as(file.toString())
                        .isFalse();
                for (CompiledNet net : compilation.nets()) {
                    tests.add(DynamicTest.dynamicTest(net.qualifiedName(), () -> check(net)));
                }
            }
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private void check(CompiledNet compiled) throws Exception {
        Class<? extends Net> type = Class.forName(compiled.className()).asSubclass(Net.class);
        Weights weights = weights((NetSpec) type.getField("SPEC").get(null));
        Net net = type.getConstructor(Weights.class).newInstance(weights);
        Graph graph = compiled.model().graph();
        OnnxGraph onnx = OnnxExport.of(graph);
        try (OnnxRun run = OnnxRun.of(onnx, weights::of, folder)) {
            compare(run, net, graph, 1, graph.dimensions().smallest());
            compare(run, net, graph, 2, larger(graph));
        }
    }

    /** Not those of the initializers alone: biases, scales and running statistics are all different. */
    private static Weights weights(NetSpec spec) {
        Weights weights = Weights.init(spec, SEED);
        for (Parameter p : spec.parameters()) {
            Tensor tensor = weights.tensor(p.name());
            if (p.shape().rank() == 1) {
                long stream = Philox.stream(p.name() + " moved");
                for (int i = 0; i < tensor.elements(); i++) {
                    tensor.set(i, tensor.get(i) + (float) (0.2 * Philox.uniform(SEED, stream, i)));
                }
            }
        }
        return weights;
    }

    /** Sizes above the smallest. */
    private static Map<String, Long> larger(Graph graph) {
        Map<String, Long> wanted = new HashMap<>();
        graph.dimensions().smallest().forEach((name, size) -> wanted.put(name, size + 17 + 16L * wanted.size()));
        return LegalSizes.nearest(graph, wanted);
    }

    private static void compare(OnnxRun run, Net net, Graph graph, int batch, Map<String, Long> sizes)
            throws Exception {
        int[] ordered = graph.dimensions().names().stream()
                .mapToInt(n -> requireNonNull(sizes.get(n)).intValue())
                .toArray();
        Map<String, Long> all = new HashMap<>(sizes);
        all.put("N", (long) batch);
        Map<String, Nd> inputs = new HashMap<>();
        try (NetSession session = net.open(Backends.byName("cpu"), batch, ordered)) {
            for (Node input : graph.sources(Source.Input.class)) {
                Nd value = NetAgreement.random(input, all);
                inputs.put(input.path(), value);
                Feeds.fill(session.input(input.path()), value);
            }
            session.run();
            run.run(inputs).forEach((name, output) -> {
                float[] expected = session.output(name).toArray();
                assertThat(output.shape()).isEqualTo(session.output(name).shape());
                double distance = Feeds.distance(output, Nd.of(output.shape(), i -> expected[i]));
                assertThat(distance).as(name).isLessThan(TOLERANCE);
            });
        }
    }
}
