package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.PartialTraining;
import dev.striate.runtime.data.Batches;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final Recipe RECIPE = Recipe.recipe(
            "Fast",
            Data.data("digits", 32).seed(1),
            Phase.phase(3, Optimizer.sgd(0.05).momentum(0.9)).schedule(Schedule.cosine(0)));

    private static Splits digits() throws DataException {
        return DataSets.open("digits", Map.of(), List.of(), Arena.ofAuto());
    }

    private static float[] train(Recipe recipe, Backend backend) throws Exception {
        DigitsNet net = DigitsNet.init(recipe.data().seed());
        try (Trainer trainer = new Trainer(net, recipe, Samples.of(digits(), recipe), backend)) {
            trainer.fit(new TrainingListener() {});
        }
        return net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
    }

    @Test
    void theSameSeedGivesTheSameWeightsWithAnyNumberOfThreads() throws Exception {
        Recipe recipe = RECIPE.phases(p -> p.epochs(1));
        float[] one = train(recipe, Backends.cpu(1));
        assertThat(train(recipe, Backends.cpu(2))).isEqualTo(one);
        assertThat(train(recipe.data(recipe.data().seed(2)), Backends.cpu(1))).isNotEqualTo(one);
    }

    @Test
    void learnsTheDigits() throws Exception {
        DigitsNet net = DigitsNet.init(1);
        Splits digits = digits();
        TrainingResult result;
        try (Trainer trainer = new Trainer(net, RECIPE, Samples.of(digits, RECIPE), Backends.cpu(2))) {
            result = trainer.fit(new TrainingListener() {});
        }
        assertThat(result.epochs()).hasSize(3);
        assertThat(result.steps()).isEqualTo(3 * 45); // ceil(1437 / 32)
        assertThat(result.samples()).isEqualTo(3 * 1437);
        assertThat(result.stopped()).isFalse();
        Map<String, Double> test = Evaluation.of(net, digits.test(), Map.of(), 32, Backends.cpu(2));
        assertThat(test.keySet()).containsExactly("xent", "acc");
        assertThat(test.get("acc")).isGreaterThan(0.95);
        assertThat(test.get("xent")).isLessThan(0.2);
    }

    @Test
    void evaluationDoesNotDependOnTheBatch() throws Exception {
        DigitsNet net = DigitsNet.init(3);
        Map<String, Double> whole = Evaluation.of(net, digits().test(), Map.of(), 360, Backends.cpu(1));
        Map<String, Double> parts = Evaluation.of(net, digits().test(), Map.of(), 77, Backends.cpu(1));
        assertThat(parts.get("acc")).isCloseTo(whole.get("acc"), within(1e-6));
        assertThat(parts.get("xent")).isCloseTo(whole.get("xent"), within(1e-5));
    }

    @Test
    void theListenerSeesEveryStepAndEpoch() throws Exception {
        List<String> seen = new ArrayList<>();
        Recipe recipe = RECIPE.phases(p -> p.epochs(2)).data(Data.data("digits", 1000));
        try (Trainer trainer = new Trainer(DigitsNet.init(1), recipe, Samples.of(digits(), recipe), Backends.cpu(1))) {
            trainer.fit(new TrainingListener() {
                @Override
                public void step(Progress p) {
                    seen.add(p.epoch() + "/" + p.epochs() + " " + p.batch() + "/" + p.batches() + " "
                            + p.averages().samples());
                }

                @Override
                public void epoch(Progress p) {
                    seen.add("epoch " + p.epoch());
                }
            });
        }
        assertThat(seen)
                .containsExactly("1/2 1/2 1000", "1/2 2/2 1437", "epoch 1", "2/2 1/2 1000", "2/2 2/2 1437", "epoch 2");
    }

    @Test
    void stopsAfterTheStepUnderWay() throws Exception {
        try (Trainer trainer = new Trainer(DigitsNet.init(1), RECIPE, Samples.of(digits(), RECIPE), Backends.cpu(1))) {
            TrainingResult result = trainer.fit(new TrainingListener() {
                @Override
                public void step(Progress progress) {
                    trainer.stop();
                }
            });
            assertThat(result.steps()).isEqualTo(1);
            assertThat(result.samples()).isEqualTo(32);
            assertThat(result.epochs()).isEmpty();
            assertThat(result.stopped()).isTrue();
        }
    }

    @Test
    void aLossThatIsNoNumberStopsTheRun() {
        assertThatThrownBy(() -> train(RECIPE.phases(p -> p.optimizer(Optimizer.sgd(1e20))), Backends.cpu(1)))
                .isInstanceOf(DivergedException.class)
                .hasMessageMatching("xent is no longer a finite number at step \\d+ \\(epoch 1, learning rate"
                        + " .*\\); try a smaller learning rate");
    }

    @Test
    void needsOneBatch() {
        Recipe recipe = RECIPE.data(Data.data("digits", 2000).withoutLast());
        assertThatThrownBy(() -> train(recipe, Backends.cpu(1)))
                .isInstanceOf(DataException.class)
                .hasMessage("a batch of 2000 is more than the 1437 samples of digits/train, and drop_last leaves"
                        + " nothing; make the batch smaller");
    }

    /** Nothing but samples of a class that the net has not. */
    private record OutOfRange(DataSet digits) implements DataSet {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public int size() {
            return 2;
        }

        @Override
        public List<Field> fields() {
            return digits.fields();
        }

        @Override
        public void read(int field, int index, long round, MemorySegment target, long elementOffset)
                throws DataException {
            digits.read(field, index, round, target, elementOffset);
            if (fields().get(field).kind() == Field.Kind.CLASS) {
                target.setAtIndex(ValueLayout.JAVA_INT, elementOffset, 99);
            }
        }
    }

    @Test
    void aClassOutOfRangeIsTheDataSetsFault() throws Exception {
        DataSet broken = new OutOfRange(digits().train());
        assertThatThrownBy(() -> Evaluation.of(DigitsNet.init(1), broken, Map.of(), 2, Backends.cpu(1)))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("broken, batch 1: digits.cnn:")
                .hasMessageContaining("99");
    }

    // ---- phases, groups, freezing

    private static float[] values(DigitsNet net, String path) {
        return net.weights().of(path).toArray(ValueLayout.JAVA_FLOAT);
    }

    private static Recipe phases(Phase... phases) {
        return Recipe.recipe("Phases", Data.data("digits", 100).seed(1), phases);
    }

    private static TrainingResult fit(DigitsNet net, Recipe recipe) throws Exception {
        try (Trainer trainer = new Trainer(net, recipe, Samples.of(digits(), recipe), Backends.cpu(1))) {
            return trainer.fit(new TrainingListener() {});
        }
    }

    @Test
    void aPhaseTrainsWhatItDoesNotFreeze() throws Exception {
        DigitsNet net = DigitsNet.init(1);
        DigitsNet fresh = DigitsNet.init(1);
        Recipe recipe = phases(
                Phase.phase("head", 1, Optimizer.sgd(0.1)).freeze("conv*.**"),
                Phase.phase("bias", 1, Optimizer.adam(0.01, 0.9, 0.999, 1e-8))
                        .freeze("**.weight")
                        .group("fc.*", 0, 1));
        try (Trainer trainer = new Trainer(net, recipe, Samples.of(digits(), recipe), Backends.cpu(1))) {
            trainer.fit(new TrainingListener() {
                @Override
                public void epoch(Progress progress) {
                    boolean second = progress.epoch() == 2;
                    assertThat(progress.epochs()).isEqualTo(2);
                    assertThat(values(net, "conv1.weight")).isEqualTo(values(fresh, "conv1.weight"));
                    assertThat(Arrays.equals(values(net, "conv2.bias"), values(fresh, "conv2.bias")))
                            .isNotEqualTo(second);
                    if (!second) {
                        assertThat(values(net, "fc.weight")).isNotEqualTo(values(fresh, "fc.weight"));
                        fresh.weights().of("fc.weight").copyFrom(net.weights().of("fc.weight"));
                        fresh.weights().of("fc.bias").copyFrom(net.weights().of("fc.bias"));
                    }
                }
            });
        }
        assertThat(values(net, "fc.weight")).isEqualTo(values(fresh, "fc.weight"));
        assertThat(values(net, "fc.bias")).isEqualTo(values(fresh, "fc.bias"));
    }

    /** Frozen below, the gradients above are the same bits, and the session is smaller: nothing is computed below. */
    @Test
    void noGradientIsComputedBelowTheDeepestParameterThatLearns() {
        DigitsNet net = DigitsNet.init(1);
        Backend cpu = Backends.cpu(1);
        PartialTraining head = new PartialTraining(cpu, path -> path.startsWith("fc."));
        try (NetSession all = net.training(cpu, 4);
                NetSession part = net.training(head, 4)) {
            for (NetSession session : List.of(all, part)) {
                session.input("image").segment().fill((byte) 0x3e);
                session.at(1, 1);
                session.run();
            }
            long fc = 4 * net.weights().offset("fc.weight");
            assertThat(all.gradients().asSlice(fc).mismatch(part.gradients().asSlice(fc)))
                    .isEqualTo(-1);
            for (float g : part.gradients().asSlice(0, fc).toArray(ValueLayout.JAVA_FLOAT)) {
                assertThat(g).isZero();
            }
            assertThat(part.output("xent").value()).isEqualTo(all.output("xent").value());
            assertThat(part.bytes()).isLessThan(all.bytes());
        }
    }

    // ---- held-out samples

    @Test
    void heldOutSamplesAreNeitherTrainedOnNorLost() throws Exception {
        Recipe recipe = phases(Phase.phase(1, Optimizer.sgd(0.1)));
        Recipe held = recipe.data(recipe.data().holdout(0.25));
        Samples samples = Samples.of(digits(), held);
        assertThat(samples.train().size()).isEqualTo(1437 - 359);
        assertThat(Objects.requireNonNull(samples.heldOut()).size()).isEqualTo(359);
        assertThat(Samples.of(digits(), recipe).heldOut()).isNull();
        assertThatThrownBy(() -> Samples.of(digits(), recipe.data(recipe.data().holdout(1e-6))))
                .isInstanceOf(DataException.class)
                .hasMessage("holdout=1.0E-6 leaves 1437 of the 1437 samples of digits/train to train and 0 held out;"
                        + " both must be at least 1");
        TrainingResult result = fit(DigitsNet.init(1), held);
        assertThat(result.samples()).isEqualTo(1437 - 359);
        assertThat(result.heldOut()).hasSize(1);
        assertThat(result.heldOut().getFirst()).containsOnlyKeys("xent", "acc");
    }

    @Test
    void stopsWhenPatienceIsLost() throws Exception {
        Recipe still = phases(Phase.phase(50, Optimizer.sgd(1e-30)));
        Recipe recipe = still.data(still.data().holdout(0.5)).early("acc", false, 3);
        TrainingResult result = fit(DigitsNet.init(1), recipe);
        assertThat(result.epochs()).hasSize(4);
        assertThat(result.stopped()).isFalse();
    }

    @Test
    void aPlateauLowersTheRate() throws Exception {
        Recipe still = phases(Phase.phase(9, Optimizer.sgd(1e-30)).schedule(Schedule.plateau("xent", true, 0.5, 2)));
        Recipe recipe = still.data(still.data().holdout(0.5));
        Samples samples = Samples.of(digits(), recipe);
        DigitsNet net = DigitsNet.init(1);
        Batches batches = Batches.sequential(samples.train(), 100);
        try (PhaseRun run =
                new PhaseRun(net, recipe, recipe.phases().getFirst(), batches, samples.train(), Backends.cpu(1))) {
            double[] losses = {1, 0.5, 0.5, 0.6, 0.4, 0.4, 0.4, 0.4, 0.4};
            double[] expected = {1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125};
            for (int epoch = 0; epoch < losses.length; epoch++) {
                run.heldOut(Map.of("xent", losses[epoch]));
                assertThat(run.rate()).as("after epoch %d", epoch).isEqualTo(1e-30 * expected[epoch]);
            }
        }
    }

    @Test
    void aBudgetIsKept() throws Exception {
        Recipe recipe = phases(Phase.phase(1, Optimizer.sgd(0.1).momentum(0.9)));
        assertThatThrownBy(() -> fit(DigitsNet.init(1), recipe.memory(1 << 20)))
                .isInstanceOf(DataException.class)
                .hasMessageMatching("training takes [0-9.]+ MiB \\(weights 0.0 MiB, sessions [0-9.]+ MiB, optimizer 0.0"
                        + " MiB\\), more than the budget of 1.0 MiB; make the batch smaller, or raise the budget");
        assertThat(fit(DigitsNet.init(1), recipe.memory(1L << 30)).steps()).isEqualTo(15);
    }

    @Test
    void pairsTrainNothingThatTakesClasses() {
        Recipe recipe = phases(Phase.phase(1, Optimizer.sgd(0.1)));
        assertThatThrownBy(
                        () -> fit(DigitsNet.init(1), recipe.data(recipe.data().pairs(0.5))))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "nothing in pairs of digits/train tells what input image [1, 8, 8] takes; write feed image ="
                                + " FIELD in the recipe, with one of first, second, same");
    }

    // ---- steps, own optimizers, blending

    @Test
    void aRunInStepsEndsWithinAnEpoch() throws Exception {
        List<String> seen = new ArrayList<>();
        Recipe recipe = phases(
                        Phase.phase("one", Length.steps(10), Optimizer.sgd(0.1)),
                        Phase.phase("two", Length.steps(12), Optimizer.sgd(0.2)))
                .checkpoint(Length.steps(8), 1);
        try (Trainer trainer = new Trainer(DigitsNet.init(1), recipe, Samples.of(digits(), recipe), Backends.cpu(1))) {
            TrainingResult result = trainer.fit(new TrainingListener() {
                @Override
                public void epoch(Progress p) {
                    seen.add("epoch " + p.epoch() + "/" + p.epochs() + " of " + p.batch() + "/" + p.batches());
                }

                @Override
                public void checkpoint(Trainer at) {
                    seen.add("checkpoint " + at.steps());
                }
            });
            assertThat(result.steps()).isEqualTo(22);
            assertThat(result.samples()).isEqualTo(1437 + 7 * 100);
            assertThat(result.epochs()).hasSize(2);
            assertThat(result.stopped()).isFalse();
        }
        assertThat(seen).containsExactly("checkpoint 8", "epoch 1/2 of 15/15", "checkpoint 16", "epoch 2/2 of 7/7");
    }

    @Test
    void phasesInStepsAreThoseInEpochs() throws Exception {
        DigitsNet steps = DigitsNet.init(1);
        DigitsNet epochs = DigitsNet.init(1);
        Schedule cosine = Schedule.cosine(0);
        fit(steps, phases(Phase.phase(Length.steps(30), Optimizer.sgd(0.1)).schedule(cosine)));
        fit(epochs, phases(Phase.phase(2, Optimizer.sgd(0.1)).schedule(cosine)));
        assertThat(steps.weights().values().mismatch(epochs.weights().values())).isEqualTo(-1);
    }

    /** An optimizer of its own is that of its parameters alone: they are as if it were the only one. */
    @Test
    void anObjectiveHasAnOptimizerOfItsOwn() throws Exception {
        Optimizer adam = Optimizer.adam(0.01, 0.9, 0.999, 1e-8);
        Phase one = Phase.phase(Length.steps(1), Optimizer.sgd(0.1));
        DigitsNet both = DigitsNet.init(1);
        DigitsNet onlySgd = DigitsNet.init(1);
        DigitsNet onlyAdam = DigitsNet.init(1);
        fit(both, phases(one.own("head", adam, "fc.*")));
        fit(onlySgd, phases(one));
        fit(onlyAdam, phases(one.optimizer(adam)));
        for (String path : List.of("conv1.weight", "conv2.bias")) {
            assertThat(values(both, path)).isEqualTo(values(onlySgd, path)).isNotEqualTo(values(onlyAdam, path));
        }
        for (String path : List.of("fc.weight", "fc.bias")) {
            assertThat(values(both, path)).isEqualTo(values(onlyAdam, path)).isNotEqualTo(values(onlySgd, path));
        }
    }

    @Test
    void sharesFollowTheBetaDistribution() {
        for (double alpha : new double[] {0.2, 1, 3}) {
            double sum = 0;
            double squares = 0;
            int n = 20_000;
            for (int step = 0; step < n; step++) {
                double share = Mixup.share(5, step, alpha);
                assertThat(share).isBetween(0.0, 1.0);
                sum += share;
                squares += (share - 0.5) * (share - 0.5);
            }
            assertThat(sum / n).as("mean, alpha %s", alpha).isCloseTo(0.5, within(0.01));
            assertThat(squares / n).as("variance, alpha %s", alpha).isCloseTo(0.25 / (2 * alpha + 1), within(0.005));
        }
        assertThat(Mixup.share(5, 7, 0.2)).isEqualTo(Mixup.share(5, 7, 0.2)).isNotEqualTo(Mixup.share(6, 7, 0.2));
    }

    /** The gradient of a blended batch, against two sessions that are given the blended pictures and one of the classes. */
    @Test
    void aBlendedBatchHasTheBlendedGradients() throws Exception {
        Recipe recipe = phases(Phase.phase(Length.steps(1), Optimizer.sgd(1))).mixup(0.7);
        DigitsNet trained = DigitsNet.init(1);
        fit(trained, recipe);
        DigitsNet net = DigitsNet.init(1);
        Batches batches = Batches.shuffled(digits().train(), 100, recipe.data().seed(), false);
        float share = (float) Mixup.share(recipe.data().seed(), 0, 0.7);
        float[] pictures = new float[100 * 64];
        int[] classes = new int[100];
        MemorySegment[] targets = {
            Arena.ofAuto().allocate(4L * pictures.length), Arena.ofAuto().allocate(400)
        };
        batches.fill(0, 0, targets);
        float[][] gradients = new float[2][];
        try (NetSession session = net.training(Backends.cpu(1), 100)) {
            for (int side = 0; side < 2; side++) {
                for (int i = 0; i < 100; i++) {
                    classes[i] = targets[1].getAtIndex(ValueLayout.JAVA_INT, side == 0 ? i : 99 - i);
                    for (int k = 0; k < 64; k++) {
                        float own = targets[0].getAtIndex(ValueLayout.JAVA_FLOAT, i * 64L + k);
                        float other = targets[0].getAtIndex(ValueLayout.JAVA_FLOAT, (99 - i) * 64L + k);
                        pictures[i * 64 + k] = other + share * (own - other);
                    }
                }
                session.input("image").copyFrom(pictures);
                session.input("digit").copyFrom(classes);
                session.at(recipe.data().seed(), 0);
                session.run();
                gradients[side] = session.gradients().toArray(ValueLayout.JAVA_FLOAT);
            }
        }
        float[] before = net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
        float[] after = trained.weights().values().toArray(ValueLayout.JAVA_FLOAT);
        assertThat(gradients[0]).isNotEqualTo(gradients[1]);
        for (int i = 0; i < before.length; i++) {
            double gradient = share * gradients[0][i] + (1 - share) * gradients[1][i];
            assertThat((double) after[i]).as("element %d", i).isCloseTo(before[i] - gradient, within(1e-6));
        }
    }
}
