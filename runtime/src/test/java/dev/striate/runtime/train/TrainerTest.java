package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
}
