package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.GradCheck;
import dev.striate.compiler.plan.LegalSizes;
import dev.striate.runtime.backend.Backends;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated classes compute what the evaluator computes: outputs, losses, metrics and every gradient. */
class GeneratedNetTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void lenet5AgreesWithTheEvaluator(String backend) throws Exception {
        NetAgreement.check(GeneratedNet.of(lenet5(), folder), Backends.byName(backend), 4);
    }

    @Test
    void lenet5HasTheGradientsOfCentralDifferences() throws Exception {
        GeneratedNet net = GeneratedNet.of(lenet5(), folder);
        assertThat(GradCheck.check(net.model().graph(), "xent", 1))
                .hasSize(net.paths().size() + 1)
                .allMatch(GradCheck.Result::ok)
                .allMatch(r -> r.kinks() == 0 && r.checked() > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void randomNetsAgreeWithTheEvaluator(String backend) throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            String text = RandomNets.draw(seed);
            try {
                NetAgreement.check(
                        GeneratedNet.of(text, folder.resolve("net" + seed)), Backends.byName(backend), 1 + seed % 3);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ":\n" + text, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void netsWithSymbolicSizesAgreeAtAnyLegalSize(String backend) throws Exception {
        for (int seed = 0; seed < 12; seed++) {
            String text = RandomNets.drawSymbolic(seed);
            Draw d = new Draw(seed);
            try {
                GeneratedNet net = GeneratedNet.of(text, folder.resolve("net" + seed));
                for (int i = 0; i < 3; i++) {
                    Map<String, Long> wanted = Map.of("H", (long) d.between(1, 24), "W", (long) d.between(1, 24));
                    Map<String, Long> sizes = LegalSizes.nearest(net.model().graph(), wanted);
                    int h = requireNonNull(sizes.get("H")).intValue();
                    int w = requireNonNull(sizes.get("W")).intValue();
                    NetAgreement.check(net, Backends.byName(backend), 1 + i, h, w);
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ":\n" + text, e);
            }
        }
    }

    /** The standard library's LeNet-5: tanh and average pooling. */
    private static String lenet5() throws IOException {
        try (InputStream in = requireNonNull(
                GeneratedNetTest.class.getResourceAsStream("/striate/models/lenet5.cnn"), "lenet5.cnn")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
