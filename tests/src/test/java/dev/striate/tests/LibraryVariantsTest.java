package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.eval.GradCheck;
import dev.striate.runtime.backend.Backends;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import striate.models.mlp.DeepMlp;
import striate.models.siamese.Signatures;

/** Nets of the library with other parameters than their own. */
class LibraryVariantsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void instancesHaveTheParametersOfTheirSizes() {
        assertThat(DeepMlp.SPEC.learned()).isEqualTo(64 * 256 + 256 + 256 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10);
        // One tower, not two.
        assertThat(Signatures.SPEC.learned())
                .isEqualTo(16 * 9 + 16 + 32 * 16 * 9 + 32 + 32 * (64 / 4) * (128 / 4) * 32 + 32);
    }

    @Test
    void anMlpMayHaveAnyDepthWidthAndActivation() throws Exception {
        for (int seed = 0; seed < 6; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int[] widths = random.ints(random.nextInt(5), 1, 30).toArray();
            String[] activations = {"tanh", "sigmoid", "softplus", "elu(0.5)"};
            String text = "import striate.models.mlp.{Mlp}\nnet Any = Mlp(widths=[%s], act=%s)"
                    .formatted(
                            Arrays.stream(widths).mapToObj(String::valueOf).collect(Collectors.joining(", ")),
                            activations[random.nextInt(activations.length)]);
            int params = 0;
            int in = 64;
            for (int width : widths) {
                params += in * width + width;
                in = width;
            }
            GeneratedNet net = GeneratedNet.of(text, folder.resolve("net" + seed));
            assertThat(net.spec().learned()).as("seed %d: %s", seed, text).isEqualTo(params + in * 10 + 10);
            NetAgreement.check(net, Backends.byName("cpu"), 3);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"MaxoutNet, pieces=3", "L2PoolNet, classes=4"})
    void netsThatPoolOverFeaturesHaveTheGradientsOfCentralDifferences(String name, String argument) throws Exception {
        GeneratedNet net = GeneratedNet.of(
                "import striate.models.pooling.{%1$s}\nnet Narrow = %1$s(%2$s)".formatted(name, argument), folder);
        assertThat(GradCheck.check(net.model().graph(), "xent", 1))
                .hasSize(net.paths().size() + 1)
                .allMatch(GradCheck.Result::ok)
                .allMatch(r -> r.checked() > 0);
    }
}
