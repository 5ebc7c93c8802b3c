package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.train.Progress;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import dev.striate.runtime.train.TrainingResult;
import dev.striate.runtime.train.TrainingStep;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import striate.models.LeNet5;

/** What training does on the CUDA backend behind the steps of a net, with this machine in the place of the device. */
class CudaTrainingTest {
    private final HostCuda cuda = new HostCuda();

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: training for CUDA was not computed on the host");
    }

    @Test
    void weightsStayOnTheDeviceUntilSomebodyAsksForThem() {
        LeNet5 expected = LeNet5.init(3);
        LeNet5 found = LeNet5.init(3);
        try (TrainingStep host = step(expected, Backends.reference());
                TrainingStep device = step(found, cuda.backend)) {
            for (int i = 0; i < 5; i++) {
                host.run();
                device.run();
            }
            long bytes = found.weights().spec().count() * Float.BYTES;
            assertThat(cuda.driver.downloaded()).as("bytes copied to Java").isLessThan(bytes);
            assertClose(values(found), values(expected));
            assertThat(cuda.driver.downloaded()).isGreaterThan(bytes);
            device.run();
        }
        host(expected);
        assertThat(cuda.open()).as("what was not freed").isZero();
        assertClose(values(found), values(expected)); // of a step more, when the device has let go of them
    }

    /** Updates belong to the run, and would have been done before anybody looks at it. */
    @Test
    void aStepWithAClassOutOfRangeChangesNothing() {
        refuseAClassOutOfRange(cuda.backend);
    }

    /** And goes on behind it. */
    static void refuseAClassOutOfRange(Backend backend) {
        LeNet5 net = LeNet5.init(3);
        try (TrainingStep step = step(net, backend)) {
            Input label = step.session().input(step.session().inputNames().getLast());
            for (int run = 0; run < 4; run++) {
                float[] before = values(net);
                label.copyFrom(new int[] {3, 12});
                assertThatThrownBy(step::run)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("the label of sample 1 is 12");
                assertThat(values(net)).isEqualTo(before);
                label.copyFrom(new int[] {3, 8});
                step.run();
                assertThat(values(net)).isNotEqualTo(before);
            }
        }
    }

    private static void host(LeNet5 net) {
        try (TrainingStep step = step(net, Backends.reference())) {
            step.run();
        }
    }

    private static TrainingStep step(LeNet5 net, Backend backend) {
        TrainingStep step = new TrainingStep(net, Optimizer.sgd(0.05), 7, backend, 2);
        for (String name : step.session().inputNames()) {
            Input input = step.session().input(name);
            if (input.isLabel()) {
                input.copyFrom(new int[] {3, 8});
            } else {
                float[] values = new float[input.shape().elements()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) Philox.normal(5, 0, i);
                }
                input.copyFrom(values);
            }
        }
        return step;
    }

    /** Pictures and classes drawn at random, of which one class may be out of range, and one picture may have a number too large. */
    private record Drawn(int classOutOfRange, int pictureTooLarge) implements DataSet {
        @Override
        public String name() {
            return "drawn";
        }

        @Override
        public int size() {
            return 10;
        }

        @Override
        public List<Field> fields() {
            return List.of(Field.floats("image", 1, 28, 28), Field.classIndex("label", 10));
        }

        @Override
        public void read(int field, int index, long round, MemorySegment target, long offset) {
            if (field == 1) {
                int label = index == classOutOfRange ? 12 : Philox.below(10, 4, 0, index);
                target.setAtIndex(ValueLayout.JAVA_INT, offset, label);
                return;
            }
            for (int i = 0; i < 28 * 28; i++) {
                float value = index == pictureTooLarge ? Float.NaN : Philox.uniform(4, index, i);
                target.setAtIndex(ValueLayout.JAVA_FLOAT, offset + i, value);
            }
        }
    }

    /** Two epochs of batches of 4, 4 and 2 in two phases, the second of which begins within an epoch. */
    private static final Recipe RECIPE = Recipe.recipe(
            "Short",
            Data.data("drawn", 4).seed(6),
            Phase.phase(Length.steps(4), Optimizer.adam(0.01, 0.9, 0.999, 1e-8)),
            Phase.phase(Length.steps(2), Optimizer.sgd(0.05).momentum(0.9)));

    private record Trained(LeNet5 net, TrainingResult result, List<String> shown) {}

    /** Trains, and looks at the scores behind every step or at the end of epochs only. */
    private static Trained train(Backend backend, DataSet set, Recipe recipe, boolean looks) throws Exception {
        LeNet5 net = LeNet5.init(2);
        List<String> shown = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                if (looks) {
                    shown.add(String.format("%.3f", progress.averages().mean(0)));
                }
            }
        };
        try (Trainer trainer = new Trainer(net, recipe, new Samples(set, null, set), backend)) {
            return new Trained(net, trainer.fit(listener), shown);
        }
    }

    @Test
    void trainersThatWaitForNothingLearnWhatOthersLearn() throws Exception {
        learnWhatOthersLearn(cuda.backend);
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** In two phases, where somebody looks at each step and where nobody does. */
    static void learnWhatOthersLearn(Backend backend) throws Exception {
        DataSet set = new Drawn(-1, -1);
        Trained expected = train(Backends.reference(), set, RECIPE, true);
        for (boolean looks : new boolean[] {true, false}) {
            Trained found = train(backend, set, RECIPE, looks);
            assertClose(values(found.net), values(expected.net));
            assertThat(found.shown).isEqualTo(looks ? expected.shown : List.of());
            assertThat(found.result.epochs()).hasSameSizeAs(expected.result.epochs());
            for (int epoch = 0; epoch < 2; epoch++) {
                Map<String, Double> means = expected.result.epochs().get(epoch);
                found.result
                        .epochs()
                        .get(epoch)
                        .forEach((name, mean) -> assertThat(mean).as(name).isCloseTo(means.get(name), within(1e-5)));
            }
        }
    }

    /** Five batches of one session in an epoch that nobody looks at: more than there are places to write them to. */
    @Test
    void batchesAreNotWrittenOverBeforeTheyAreCopied() throws Exception {
        Recipe recipe = RECIPE.data(Data.data("drawn", 2).seed(6));
        Trained expected = train(Backends.reference(), new Drawn(-1, -1), recipe, false);
        Trained found = train(cuda.backend, new Drawn(-1, -1), recipe, false);
        assertClose(values(found.net), values(expected.net));
    }

    @Tag("slow")
    @Test
    void mixupBlendsGradientsOnTheDevice() throws Exception {
        blendWhatOthersBlend(cuda.backend);
    }

    /** A step runs the net twice, with the classes of either side. */
    static void blendWhatOthersBlend(Backend backend) throws Exception {
        Recipe recipe = RECIPE.mixup(0.4);
        Trained expected = train(Backends.reference(), new Drawn(-1, -1), recipe, false);
        Trained found = train(backend, new Drawn(-1, -1), recipe, false);
        assertClose(values(found.net), values(expected.net));
    }

    /** However many steps were begun behind it. */
    @Test
    void whatGoesWrongLeavesTheWeightsFromBeforeThatStep() {
        for (DataSet set : List.of(new Drawn(7, -1), new Drawn(-1, 7))) {
            List<Throwable> errors = new ArrayList<>();
            List<float[]> weights = new ArrayList<>();
            for (Backend backend : List.of(Backends.reference(), cuda.backend)) {
                LeNet5 net = LeNet5.init(2);
                errors.add(catchThrowable(() -> {
                    try (Trainer trainer = new Trainer(net, RECIPE, new Samples(set, null, set), backend)) {
                        trainer.fit(new TrainingListener() {});
                    }
                }));
                weights.add(values(net));
            }
            assertThat(errors.get(1))
                    .hasSameClassAs(errors.get(0))
                    .hasMessage(errors.get(0).getMessage());
            assertClose(weights.get(1), weights.get(0));
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** Compares all weights by the largest difference: a list of differences would take minutes. */
    private static void assertClose(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        assertThat(IntStream.range(0, expected.length)
                        .mapToDouble(i -> Math.abs(found[i] - expected[i]))
                        .max()
                        .orElseThrow())
                .isLessThanOrEqualTo(1e-4);
    }

    private static float[] values(LeNet5 net) {
        return net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** What a session on the processor reads is what the device made of the weights. */
    @Test
    void otherBackendsSeeWhatTheDeviceLearned() {
        LeNet5 net = LeNet5.init(3);
        try (TrainingStep step = step(net, cuda.backend);
                NetSession here = net.open(Backends.reference(), 2);
                NetSession there = net.open(cuda.backend, 2)) {
            step.run();
            for (NetSession session : List.of(here, there)) {
                String image = session.inputNames().getFirst();
                session.input(image).copyFrom(step.session().input(image).segment());
                session.run();
            }
            String output = here.outputNames().getFirst();
            assertThat(there.output(output).toArray())
                    .containsExactly(here.output(output).toArray(), within(1e-5f));
            net.weights().values().fill((byte) 0);
            net.weights().changed();
            there.run();
            assertThat(there.output(output).toArray())
                    .containsOnly(there.output(output).toArray()[0]);
        }
    }
}
