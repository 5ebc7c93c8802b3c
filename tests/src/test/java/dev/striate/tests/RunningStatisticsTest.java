package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.autodiff.Autodiff;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Graph.Kind;
import dev.striate.compiler.ir.Graph.Result;
import dev.striate.compiler.ir.Node;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.PartialTraining;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Evaluation;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The running statistics of batch_norm: kept with the weights, replaced in training, used in inference. */
class RunningStatisticsTest {
    private static final String NET = """
            net Normalized {
              input image: f32[N, 1, 8, 8]
              label digit: class[N, 10]

              image -> conv(8, 3x3, pad=1, bias=false) -> batch_norm -> relu -> max_pool(2)
                    -> conv(16, 3x3, bias=false) -> batch_norm(momentum=0.2) -> relu
                    -> flatten -> fc(10) -> output logits

              loss   xent = cross_entropy(logits, digit)
              metric acc  = top1(logits, digit)
              assert params() == 72 + 16 + 8 * 16 * 9 + 32 + 650
            }
            """;

    @TempDir
    Path folder = Path.of("");

    @Test
    void areStoredInTheOrderOfPathsButNotCounted() throws Exception {
        GeneratedNet net = GeneratedNet.of(NET, folder);
        assertThat(net.paths())
                .startsWith(
                        "conv1.weight",
                        "batch_norm1.weight",
                        "batch_norm1.bias",
                        "batch_norm1.running_mean",
                        "batch_norm1.running_var",
                        "conv2.weight");
        assertThat(net.spec().learned()).isEqualTo(1922);
        assertThat(net.spec().count()).isEqualTo(1922 + 16 + 32);
        assertThat(net.spec().parameters().stream().filter(p -> !p.learned()).map(Parameter::name))
                .containsExactlyElementsOf(Objects.requireNonNull(net.model().training()).results(Kind.STATE).stream()
                        .map(r -> r.name())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void agreeWithTheEvaluator(String backend) throws Exception {
        GeneratedNet net = GeneratedNet.of(NET, folder);
        NetAgreement.check(net, Backends.byName(backend), 3);
        NetAgreement.check(net, Backends.byName(backend), 1);
    }

    @Test
    void ofAConstantBatchAreItsMeanAndNoVariance() throws Exception {
        GeneratedNet net = GeneratedNet.of("""
                net Tiny {
                  input x: f32[N, 2]
                  label y: class[N, 2]
                  x -> batch_norm(momentum=0.25) -> fc(2) -> output z
                  loss l = cross_entropy(z, y)
                }
                """, folder);
        Weights weights = Weights.init(net.spec(), 1);
        try (NetSession training = net.with(weights).training(Backends.byName("reference"), 1)) {
            training.input("x").copyFrom(new float[] {4, -8});
            training.input("y").copyFrom(new int[] {1});
            training.run();
            float[] updates = training.gradients().toArray(ValueLayout.JAVA_FLOAT);
            // Weight and bias come first; the statistics were 0 and 1.
            assertThat(List.of(updates[4], updates[5], updates[6], updates[7])).containsExactly(1f, -2f, 0.75f, 0.75f);
        }
    }

    @Test
    void trainingSavingAndLoadingKeepThem() throws Exception {
        GeneratedNet generated = GeneratedNet.of(NET, folder);
        Backend backend = Backends.cpu(2);
        Splits digits = DataSets.open("digits", Map.of(), List.of(), Arena.ofAuto());
        Weights weights = Weights.init(generated.spec(), 3);
        Net net = generated.with(weights);
        Recipe recipe = Recipe.recipe(
                "Fast",
                Data.data("digits", 64).seed(3),
                Phase.phase(4, Optimizer.sgd(0.1).momentum(0.9).decay(1e-3)));
        try (Trainer trainer = new Trainer(net, recipe, Samples.of(digits, recipe), backend)) {
            trainer.fit(new TrainingListener() {});
        }
        Map<String, Double> before = Evaluation.of(net, digits.test(), Map.of(), 100, backend);
        assertThat(before.get("acc")).isGreaterThan(0.95);
        Path file = folder.resolve("weights.safetensors");
        weights.save(file);
        Weights loaded = Weights.load(generated.spec(), file);
        assertThat(loaded.values().toArray(ValueLayout.JAVA_FLOAT))
                .isEqualTo(weights.values().toArray(ValueLayout.JAVA_FLOAT));
        assertThat(Evaluation.of(generated.with(loaded), digits.test(), Map.of(), 100, backend))
                .isEqualTo(before);
        // Not the first ones any more: without them nothing would be recognised.
        loaded.of("batch_norm2.running_var").fill((byte) 0);
        assertThat(Objects.requireNonNull(Evaluation.of(generated.with(loaded), digits.test(), Map.of(), 100, backend)
                        .get("acc")))
                .isNotEqualTo(before.get("acc"));
    }

    /** What they normalize is differentiated as in inference. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void normalizeInTrainingOnceFrozen(String backend) throws Exception {
        GeneratedNet generated = GeneratedNet.of("""
                net Frozen {
                  input image: f32[N, 2, 3, 3]
                  label digit: class[N, 4]
                  image -> conv(3, 2, bias=false) -> batch_norm -> tanh -> flatten -> fc(4) -> output logits
                  loss xent = cross_entropy(logits, digit)
                }
                """, folder);
        Graph inference = Autodiff.run(generated.model().evaluation(), "xent");
        Map<String, Long> sizes = Map.of("N", 3L);
        Map<String, Nd> values = new HashMap<>();
        Weights weights = Weights.zeros(generated.spec());
        for (Node source : inference.nodes().stream().filter(Node::isSource).toList()) {
            long stream = Philox.stream(source.path());
            boolean isLabel = source.path().equals("digit");
            values.put(
                    source.path(),
                    Nd.of(source.shape().at(sizes), i -> isLabel ? i : (float) (0.2 + Philox.uniform(1, stream, i))));
            if (source.isStored()) {
                Feeds.fill(weights, source.path(), Objects.requireNonNull(values.get(source.path())));
            }
        }
        Backend frozen = new PartialTraining(Backends.byName(backend), path -> !path.contains("running"));
        Map<Node, Nd> expected = OpCase.evaluate(inference, values, sizes);
        try (NetSession training = generated.with(weights).training(frozen, 3)) {
            Feeds.fill(training.input("image"), Objects.requireNonNull(values.get("image")));
            Feeds.fill(training.input("digit"), Objects.requireNonNull(values.get("digit")));
            training.run();
            float[] gradients = training.gradients().toArray(ValueLayout.JAVA_FLOAT);
            for (Result r : inference.results(Kind.GRADIENT)) {
                int offset = (int) weights.offset(r.name());
                Nd wanted = Objects.requireNonNull(expected.get(r.node()));
                assertThat(Feeds.distance(Nd.of(wanted.shape(), i -> gradients[offset + i]), wanted))
                        .as(r.name())
                        .isLessThanOrEqualTo(1e-4);
            }
        }
    }

    @Test
    void areReplacedAndNeitherSteppedNorDecayed() throws Exception {
        GeneratedNet generated = GeneratedNet.of("""
                net Whitened {
                  input image: f32[N, 1, 8, 8]
                  label digit: class[N, 10]
                  image -> batch_norm -> flatten -> fc(10) -> output logits
                  loss xent = cross_entropy(logits, digit)
                }
                """, folder);
        Splits digits = DataSets.open("digits", Map.of(), List.of(), Arena.ofAuto());
        Phase slow = Phase.phase(1, Optimizer.sgd(0.01));
        float[] plain = statisticsAfterOneEpoch(generated, digits, slow);
        float[] decayed = statisticsAfterOneEpoch(
                generated, digits, Phase.phase(1, Optimizer.sgd(0.1).decay(0.5).momentum(0.9)));
        assertThat(plain[0]).isNotZero();
        assertThat(decayed).isEqualTo(plain);
        assertThat(statisticsAfterOneEpoch(generated, digits, slow.freeze("batch_norm1.**")))
                .isEqualTo(plain);
        assertThat(statisticsAfterOneEpoch(generated, digits, slow.freezeWithStatistics("batch_norm1.**")))
                .containsOnly(0);
    }

    /** The mean of the pictures, which no weight has to do with. */
    private static float[] statisticsAfterOneEpoch(GeneratedNet generated, Splits digits, Phase phase)
            throws Exception {
        Weights weights = Weights.init(generated.spec(), 3);
        Recipe recipe = Recipe.recipe("Still", Data.data("digits", 512).seed(3), phase);
        try (Trainer trainer = new Trainer(
                generated.with(weights), recipe, Samples.of(digits, recipe), Backends.byName("reference"))) {
            trainer.fit(new TrainingListener() {});
        }
        return weights.tensor("batch_norm1.running_mean").toArray();
    }
}
