package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.striate.compiler.eval.GradCheck;
import dev.striate.compiler.plan.LegalSizes;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
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

    /** One set of weights and of running statistics, which each use moves on in the order of the file. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void aSharedBatchNormAgreesWithTheEvaluator(String backend) throws Exception {
        GeneratedNet net = GeneratedNet.of("""
                net Twins {
                  input a: f32[N, 2, 5, 5]
                  input b: f32[N, 2, 5, 5]
                  label same: f32[N]
                  shared norm = batch_norm(momentum=0.3)
                  let x = a -> norm -> conv(2, 3) -> flatten -> fc(3)
                  let y = b -> norm -> conv(2, 3) -> flatten -> fc(3) -> output embedding
                  loss pair = contrastive(x, y, same, margin=2)
                }
                """, folder);
        assertThat(net.spec().parameters().stream().filter(p -> !p.learned()))
                .extracting(Parameter::name)
                .containsExactly("norm.running_mean", "norm.running_var");
        NetAgreement.check(net, Backends.byName(backend), 3);
    }

    /** Shapes that may differ are compared when a session is opened, not before. */
    @Test
    void sizesThatAreNotKnownToDifferAreComparedWhenASessionIsOpened() throws Exception {
        GeneratedNet net = GeneratedNet.of("""
                net Added {
                  input a: f32[N, 1, H, 6]
                  input b: f32[N, 1, K, 6]
                  let x = a -> conv(1, 1)
                  let y = b -> conv(1, 1)
                  x -> add(y) -> output sum
                }
                """, folder);
        Net opened = net.with(Weights.init(net.spec(), 1));
        opened.open(Backends.byName("reference"), 2, 4, 4).close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> opened.open(Backends.byName("reference"), 2, 4, 5))
                .withMessageContaining("test.cnn:6");
    }

    /** The standard library's LeNet-5: tanh and average pooling. */
    static String lenet5() throws IOException {
        try (InputStream in = requireNonNull(
                GeneratedNetTest.class.getResourceAsStream("/striate/models/lenet5.cnn"), "lenet5.cnn")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
