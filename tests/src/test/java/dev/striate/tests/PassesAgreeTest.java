package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.CompiledNet;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import dev.striate.compiler.op.FusedOp;
import dev.striate.compiler.pass.Pipelines;
import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With all passes and with none, a net computes the same in float64, and on the backends. */
class PassesAgreeTest {
    private static final double TOLERANCE = 1e-12;
    private static final Path GOLDEN = Path.of("../compiler/src/test/golden");

    @TempDir
    private Path folder;

    @Test
    void randomNetsComputeTheSameInFloat64() {
        int fused = 0;
        for (long seed = 0; seed < 60; seed++) {
            fused += compare("seed " + seed, RandomNets.draw(seed));
        }
        assertThat(fused).isGreaterThan(100);
    }

    static List<Path> goldenNets() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files.filter(f -> f.toString().matches(".*/(graph|java)/[^/]*\\.cnn"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("goldenNets")
    void goldenNetsComputeTheSameInFloat64(Path file) throws IOException {
        assertThat(compare(file.toString(), Files.readString(file))).isNotNegative();
    }

    /** How many nodes are fused; asserts that all results are equal. */
    private static int compare(String what, String text) {
        int fused = 0;
        List<CompiledNet> plain = GeneratedNet.nets(text, Pipelines.NONE);
        List<CompiledNet> all = GeneratedNet.nets(text, Pipelines.ALL);
        for (int i = 0; i < plain.size(); i++) {
            NetModel before = plain.get(i).model();
            Map<String, Long> sizes = new HashMap<>(before.graph().dimensions().smallest());
            sizes.put("N", 2L);
            Map<String, Nd> values = new HashMap<>();
            before.graph().nodes().stream()
                    .filter(Node::isSource)
                    .forEach(source -> values.put(source.path(), random(source, sizes)));
            List<Graph> written = new ArrayList<>(List.of(before.inference(), before.evaluation()));
            List<Graph> run = new ArrayList<>();
            written.forEach(g -> run.add(Pipelines.ALL.forInference(g)));
            if (before.training() != null) {
                written.add(before.training());
                run.add(Pipelines.ALL.forTraining(
                        requireNonNull(all.get(i).model().training())));
            }
            for (int g = 0; g < run.size(); g++) {
                compare(what, values, sizes, written.get(g), run.get(g));
                fused += (int) run.get(g).nodes().stream()
                        .filter(n -> n.operation() instanceof FusedOp)
                        .count();
            }
        }
        return fused;
    }

    private static void compare(
            String what, Map<String, Nd> values, Map<String, Long> sizes, Graph written, Graph run) {
        Map<Node, Nd> expected = OpCase.evaluate(written, values, sizes);
        Map<Node, Nd> found = OpCase.evaluate(run, values, sizes);
        assertThat(run.results()).hasSameSizeAs(written.results());
        for (int i = 0; i < run.results().size(); i++) {
            Result r = run.results().get(i);
            assertThat(r.name()).isEqualTo(written.results().get(i).name());
            Nd wanted = requireNonNull(expected.get(written.results().get(i).node()));
            assertThat(Feeds.distance(requireNonNull(found.get(r.node())), wanted, 1))
                    .as("%s: %s %s", what, r.kind(), r.name())
                    .isLessThanOrEqualTo(TOLERANCE);
        }
    }

    /** Positive where variances are. */
    private static Nd random(Node source, Map<String, Long> sizes) {
        Sizes shape = source.shape().at(sizes);
        long stream = Philox.stream(source.path());
        if (source.type().element() instanceof ClassIndex(int classes)) {
            return Nd.of(shape, i -> Philox.below(classes, OpCase.SEED, stream, i));
        }
        return source.operation() instanceof Source.State
                ? Nd.of(shape, i -> 0.5 + Philox.uniform(OpCase.SEED, stream, i))
                : Nd.of(shape, i -> 0.3 * Philox.normal(OpCase.SEED, stream, i));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void netsWithoutPassesComputeWhatTheEvaluatorDoes(String backend) throws Exception {
        for (long seed = 0; seed < 4; seed++) {
            Path own = Files.createDirectories(folder.resolve("seed" + seed));
            NetAgreement.check(
                    GeneratedNet.of(RandomNets.draw(seed), Pipelines.NONE, own), Backends.byName(backend), 3);
        }
        String residual = Files.readString(GOLDEN.resolve("java/residual.cnn"));
        NetAgreement.check(GeneratedNet.of(residual, Pipelines.NONE, folder), Backends.byName(backend), 3);
    }
}
