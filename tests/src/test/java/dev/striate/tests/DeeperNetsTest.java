package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import dev.striate.runtime.train.TrainingResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import striate.models.cifar.Plain20;
import striate.models.cifar.ResNet20;
import striate.models.cifar.ResNet32;

/** A deeper net can do by construction what a shallower one does: its further layers may be the identity. */
class DeeperNetsTest {
    private static final int BATCH = 2;

    /** Where four channels fill a block of 128 bits, even the identity is filtered as Winograd did, which rounds. */
    private static final float ROUNDING = 1e-6f;

    @TempDir
    Path folder = Path.of("");

    /** Gives a deeper net the weights of a shallower one, as far as they have the same paths. */
    private static void copy(Net shallow, Net deep) {
        for (Parameter p : shallow.weights().spec().parameters()) {
            deep.weights().of(p.name()).copyFrom(shallow.weights().of(p.name()));
        }
    }

    /** With the last norms of the further pairs at 0, the pairs add nothing to what their shortcuts carry. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void aResidualNetWithIdentityLayersHasTheOutputAndTheLossOfItsShallowerNet(String backend) {
        Weights weights = Weights.init(ResNet20.SPEC, 1);
        Runs shallow = new Runs(new ResNet20(weights), Backends.byName(backend));
        Runs deep = new Runs(ResNet32.init(2), Backends.byName(backend));
        copy(shallow.net(), deep.net());
        int further = 0;
        for (Parameter p : ResNet32.SPEC.parameters()) {
            boolean isLastNorm =
                    p.name().endsWith("batch_norm2.weight") || p.name().endsWith("batch_norm2.bias");
            if (!weights.contains(p.name()) && isLastNorm) {
                deep.weight(p.name(), new float[p.shape().elements()]);
                further++;
            }
        }
        assertThat(further).isEqualTo(2 * 3 * (5 - 3));
        Map<String, float[]> inputs = Map.of(
                "image", Runs.normal(new SplittableRandom(1), BATCH * 3 * 32 * 32), "object", new float[] {3, 7});
        assertThat(shallow.outputs(BATCH, Map.of("image", requireNonNull(inputs.get("image"))))
                        .get("logits"))
                .isEqualTo(deep.outputs(BATCH, Map.of("image", requireNonNull(inputs.get("image"))))
                        .get("logits"));
        assertThat(shallow.step(BATCH, inputs).get("xent"))
                .isEqualTo(deep.step(BATCH, inputs).get("xent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void aPlainNetWithIdentityConvolutionsHasTheSameTrainingError(String backend) throws Exception {
        String text = """
                net Plain {
                  input image: f32[N, 2, 7, 7]
                  label kind: class[N, 3]
                  image -> conv(4, 3) -> relu -> more: repeat %d { conv(4, 3, pad=1, init=identity) -> relu }
                        -> flatten -> head: fc(3) -> output logits
                  loss xent = cross_entropy(logits, kind)
                }
                """;
        Runs shallow = Runs.of(text.formatted(0), folder.resolve("shallow"), backend);
        Runs deep = Runs.of(text.formatted(4), folder.resolve("deep"), backend);
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            shallow.weight("conv1.weight", Runs.normal(random, 4 * 2 * 9));
            shallow.weight("head.weight", Runs.normal(random, 3 * 4 * 25));
            copy(shallow.net(), deep.net());
            Map<String, float[]> inputs =
                    Map.of("image", Runs.normal(random, BATCH * 2 * 49), "kind", new float[] {random.nextInt(3), 1});
            float expected = requireNonNull(shallow.step(BATCH, inputs).get("xent"))[0];
            assertThat(requireNonNull(deep.step(BATCH, inputs).get("xent"))[0])
                    .as("seed %d", seed)
                    .isCloseTo(expected, offset(ROUNDING * Math.max(1, expected)));
        }
    }

    /** Both learn a batch by heart. */
    @Tag("slow")
    @Test
    void aPlainAndAResidualNetLearnSideBySide() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        float[] pictures = Runs.normal(random, 16 * 3 * 32 * 32);
        MemorySet set = new MemorySet(
                "noise",
                16,
                List.of(Field.floats("image", 3, 32, 32), Field.classIndex("object", 10)),
                List.of(MemorySet.floats(pictures), i -> i % 10));
        Recipe recipe = Recipe.recipe("Batch", Data.data("noise", 16), Phase.phase(20, Optimizer.sgd(0.1)));
        for (Net net : List.of(Plain20.init(1), ResNet20.init(1))) {
            try (Trainer trainer =
                    new Trainer(net, recipe, Samples.of(new Splits(set, set), recipe), Backends.cpu(2))) {
                TrainingResult result = trainer.fit(new TrainingListener() {});
                double first = requireNonNull(result.epochs().getFirst().get("xent"));
                assertThat(requireNonNull(result.epochs().getLast().get("xent")))
                        .as(net.getClass().getSimpleName())
                        .isLessThan(first / 3);
            }
        }
    }
}
