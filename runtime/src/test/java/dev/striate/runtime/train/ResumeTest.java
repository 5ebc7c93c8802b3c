package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.recipe.Schedule;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.data.Subset;
import dev.striate.runtime.io.DataException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
    private static final Phase ADAM = Phase.phase("one", Length.steps(5), Optimizer.adam(0.01, 0.9, 0.999, 1e-8))
            .own("head", Optimizer.rmsprop(0.001, 0.9, 1e-8).momentum(0.5), "fc.*")
            .schedule(Schedule.warmup(Length.steps(2), 0.1, Schedule.cosine(0)));
    private static final Phase SGD =
            Phase.phase("two", 2, Optimizer.sgd(0.05).momentum(0.9)).schedule(Schedule.plateau("xent", true, 0.5, 1));
    private static final Phase ADAGRAD = Phase.phase("three", Length.steps(3), Optimizer.adagrad(0.01, 1e-10));

    /** Everything that a run remembers: optimizers, held-out samples, early end, a plateau, dropout and blending. */
    private static final Recipe RECIPE = Recipe.recipe(
                    "Resumed", Data.data("digits", 16).seed(7), ADAM, SGD, ADAGRAD)
            .mixup(0.4)
            .early("acc", false, 4);

    @TempDir
    private Path folder = Path.of("");

    private static Trainer trainer(DigitsNet net, Recipe recipe) throws DataException {
        Splits digits = DataSets.open("digits", Map.of(), List.of(), Arena.ofAuto());
        DataSet few = Subset.drawn(digits.train(), 0, 90, 1);
        DataSet held = Subset.drawn(digits.train(), 90, 130, 1);
        Samples samples = new Samples(few, held, digits.test());
        return new Trainer(net, recipe, samples, Backends.cpu(1));
    }

    private static float[] values(DigitsNet net) {
        return net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** Ends a run after so many steps of its own. */
    private record StopAfter(Trainer trainer, long step) implements TrainingListener {
        @Override
        public void step(Progress progress) {
            if (progress.step() == step) {
                trainer.stop();
            }
        }
    }

    @Test
    void aRunInterruptedAtAnyStepEndsWithTheSameBits() throws Exception {
        DigitsNet whole = DigitsNet.init(7);
        TrainingResult expected;
        try (Trainer trainer = trainer(whole, RECIPE)) {
            expected = trainer.fit(new TrainingListener() {});
        }
        assertThat(expected.steps()).isEqualTo(5 + 2 * 6 + 3); // 90 samples are 6 batches
        for (long stop = 1; stop < expected.steps(); stop++) {
            Path file = folder.resolve("at-" + stop);
            try (Trainer trainer = trainer(DigitsNet.init(7), RECIPE)) {
                TrainingResult part = trainer.fit(new StopAfter(trainer, stop));
                assertThat(part.stopped()).isTrue();
                trainer.save(file);
            }
            DigitsNet net = DigitsNet.init(99); // what it begins with does not matter
            try (Trainer trainer = trainer(net, RECIPE)) {
                trainer.resume(file);
                assertThat(trainer.steps()).isEqualTo(stop);
                TrainingResult result = trainer.fit(new TrainingListener() {});
                assertThat(result).as("interrupted after step %d", stop).isEqualTo(expected);
            }
            assertThat(values(net)).as("interrupted after step %d", stop).isEqualTo(values(whole));
        }
    }

    @Test
    void aRunInterruptedAtEveryStepEndsWithTheSameBits() throws Exception {
        DigitsNet whole = DigitsNet.init(7);
        try (Trainer trainer = trainer(whole, RECIPE)) {
            trainer.fit(new TrainingListener() {});
        }
        Path file = folder.resolve("state");
        DigitsNet net = DigitsNet.init(7);
        boolean stopped = true;
        for (long step = 1; stopped; step++) {
            try (Trainer trainer = trainer(net, RECIPE)) {
                if (step > 1) {
                    trainer.resume(file);
                }
                stopped = trainer.fit(new StopAfter(trainer, step)).stopped();
                trainer.save(file);
            }
            net = DigitsNet.init(step);
        }
        try (Trainer trainer = trainer(net, RECIPE)) { // a finished run goes on to its end at once
            trainer.resume(file);
            assertThat(trainer.fit(new TrainingListener() {}).stopped()).isFalse();
        }
        assertThat(values(net)).isEqualTo(values(whole));
    }

    @Test
    void anEndedRunStaysEnded() throws Exception {
        Phase still = Phase.phase(50, Optimizer.sgd(1e-30));
        Recipe recipe = Recipe.recipe("Still", Data.data("digits", 50), still).early("acc", false, 2);
        Path file = folder.resolve("state");
        TrainingResult first;
        try (Trainer trainer = trainer(DigitsNet.init(1), recipe)) {
            first = trainer.fit(new TrainingListener() {});
            trainer.save(file);
        }
        assertThat(first.epochs()).hasSize(3);
        try (Trainer trainer = trainer(DigitsNet.init(1), recipe)) {
            trainer.resume(file);
            assertThat(trainer.fit(new TrainingListener() {})).isEqualTo(first);
        }
    }

    private Path saved() throws Exception {
        Path file = folder.resolve("state");
        try (Trainer trainer = trainer(DigitsNet.init(7), RECIPE)) {
            trainer.fit(new StopAfter(trainer, 3));
            trainer.save(file);
        }
        return file;
    }

    @Test
    void aCheckpointCanBeReadAsWeights() throws Exception {
        Path file = saved();
        DigitsNet net = DigitsNet.init(1);
        try (Trainer trainer = trainer(net, RECIPE)) {
            trainer.resume(file);
        }
        assertThat(new DigitsNet(Weights.load(DigitsNet.SPEC, file))
                        .weights()
                        .values()
                        .mismatch(net.weights().values()))
                .isEqualTo(-1);
    }

    private void refused(Path file, Recipe recipe, String message) {
        assertThatThrownBy(() -> {
                    try (Trainer trainer = trainer(DigitsNet.init(7), recipe)) {
                        trainer.resume(file);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void whatIsNoCheckpointOfTheRunIsRefusedInOneSentence() throws Exception {
        Path file = saved();
        refused(folder.resolve("none"), RECIPE, "cannot be read: there is no such file or folder");
        refused(
                file,
                RECIPE.data(RECIPE.data().seed(8)),
                "is of a run with seed 7, and this one has 8; go on with the same seed, or begin anew");
        refused(
                file,
                RECIPE.phases(p -> p.schedule(Schedule.constant())),
                "is of a run with other data, phases or settings; go on with the same recipe and options, or begin anew");
        Path weights = folder.resolve("weights");
        DigitsNet.init(1).weights().save(weights);
        refused(weights, RECIPE, "is no checkpoint of a training run; name one that `striate train` wrote");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 100] ^= 1;
        Files.write(file, bytes);
        refused(file, RECIPE, "is damaged: its checksum is wrong; remove it, and go on from an earlier one");
    }
}
