package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Precision;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.DataSets;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.data.Subset;
import dev.striate.runtime.train.DivergedException;
import dev.striate.runtime.train.Progress;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import dev.striate.runtime.train.TrainingResult;
import dev.striate.runtime.train.TrainingStep;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training in float16, whose gradients are scaled, with this machine in the place of the device. */
class CudaLossScaleTest {
    private static final HostCuda CUDA = new HostCuda();

    /** A net whose objective is a multiple of its loss, and so are all gradients. */
    private static final String NET = """
            net Small {
              input image: f32[N, 1, 8, 8]
              label digit: class[N, 10]

              image -> conv(4, 3x3, pad=1, bias=false) -> batch_norm -> relu -> max_pool(2) -> flatten -> fc(10) -> output logits

              loss xent = cross_entropy(logits, digit)
              objective FACTOR * xent
            }
            """;

    /** Batches of 10, 10 and 5; the second phase begins within an epoch. */
    private static Recipe recipe(double rate) {
        return Recipe.recipe(
                        "Narrow",
                        Data.data("digits", 10).seed(6),
                        Phase.phase(Length.steps(16), Optimizer.sgd(rate).momentum(0.9)),
                        Phase.phase(Length.steps(3), Optimizer.adam(0.01, 0.9, 0.999, 1e-8)))
                .precision(Precision.MIXED_FP16);
    }

    @TempDir
    Path folder = Path.of("");

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: training for CUDA was not computed on the host");
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(CUDA.open()).as("what was not freed").isZero();
    }

    private Net net(String factor, long seed) throws Exception {
        return net(folder, factor, seed);
    }

    private static Net net(Path folder, String factor, long seed) throws Exception {
        GeneratedNet generated = GeneratedNet.of(NET.replace("FACTOR", factor), folder.resolve("net" + factor + seed));
        return generated.with(Weights.init(generated.spec(), seed));
    }

    private static Trainer trainer(Net net, Recipe recipe, Backend backend) throws Exception {
        Splits digits = DataSets.open("digits", Map.of(), List.of(), Arena.ofAuto());
        DataSet few = Subset.drawn(digits.train(), 0, 25, 1);
        return new Trainer(net, recipe, new Samples(few, null, few), backend);
    }

    private static float[] values(Net net) {
        return net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
    }

    private static float[] scale(UpdateLoops loops) {
        return loops.read(loops.scale()).toArray(ValueLayout.JAVA_FLOAT);
    }

    @Test
    void netsLearnAboutWhatTheyLearnInFloat32() throws Exception {
        learnAboutWhatTheyLearnInFloat32(CUDA.backend, folder);
    }

    /** On a backend that has float16, and on one that has not. */
    static void learnAboutWhatTheyLearnInFloat32(Backend cuda, Path folder) throws Exception {
        List<double[]> epochs = new ArrayList<>();
        for (Backend backend : List.of(Backends.reference(), cuda)) {
            try (Trainer trainer = trainer(net(folder, "1", 3), recipe(0.1), backend)) {
                epochs.add(trainer.fit(new TrainingListener() {}).epochs().stream()
                        .mapToDouble(means -> means.getOrDefault("xent", Double.NaN))
                        .toArray());
            }
        }
        double[] expected = epochs.getFirst();
        assertThat(expected[expected.length - 1]).isLessThan(0.3 * expected[0]);
        for (int epoch = 0; epoch < expected.length; epoch++) {
            assertThat(epochs.getLast()[epoch])
                    .as("epoch %d", epoch)
                    .isCloseTo(expected[epoch], within(0.02 + 0.02 * expected[epoch]));
        }
    }

    @Test
    void gradientsThatFloat16WouldLoseArrive() throws Exception {
        Net net = net("1e-8", 3);
        try (NetSession plain = net.training(Backends.reference(), 2);
                NetSession narrow = net.training(CUDA.backend(Style.FP16, false), 2)) {
            for (NetSession session : List.of(plain, narrow)) {
                session.input("digit").copyFrom(new int[] {3, 8});
                session.input("image").copyFrom(picture());
                session.run();
            }
            float[] expected = filters(plain);
            float largest = 0;
            for (float g : expected) {
                largest = Math.max(largest, Math.abs(g));
            }
            assertThat(largest).isPositive();
            assertThat(filters(narrow)).containsExactly(expected, within(0.01f * largest));
            CudaNetsTest.scale(narrow.learning().loops(), 1);
            narrow.run();
            assertThat(filters(narrow)).as("without a scale").containsOnly(0);
        }
    }

    private static float[] picture() {
        float[] pixels = new float[2 * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i * 37 % 11 / 11f;
        }
        return pixels;
    }

    /** The gradients of the convolution, which come first. */
    private static float[] filters(NetSession session) {
        return session.gradients().asSlice(0, 36 * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
    }

    @Test
    void anOverflowSkipsItsStepAndHalvesTheScale() throws Exception {
        Net net = net("1", 3);
        try (TrainingStep step = new TrainingStep(net, Optimizer.sgd(0.1), 1, CUDA.backend(Style.FP16, false), 2)) {
            step.session().input("digit").copyFrom(new int[] {3, 8});
            step.session().input("image").copyFrom(picture());
            UpdateLoops loops = step.session().learning().loops();
            assertThat(scale(loops)).containsExactly(0x1p16f, 0, 0);
            step.run();
            assertThat(scale(loops)).containsExactly(0x1p16f, 1, 0);
            float[] before = values(net).clone();
            CudaNetsTest.scale(loops, 0x1p30f);
            step.run();
            assertThat(scale(loops)).containsExactly(0x1p29f, 0, 0);
            assertThat(values(net)).as("running statistics among them").containsExactly(before);
            MemorySegment good = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, 3);
            good.copyFrom(MemorySegment.ofArray(new float[] {0x1p10f, 1998, 0}));
            loops.write(good, loops.scale());
            step.run();
            assertThat(scale(loops)).containsExactly(0x1p10f, 1999, 0);
            step.run();
            assertThat(scale(loops)).as("after 2000 good steps").containsExactly(0x1p11f, 0, 0);
            for (int i = 0; i < before.length; i++) {
                assertThat(Float.isFinite(values(net)[i])).isTrue();
            }
            assertThat(values(net)).isNotEqualTo(before);
        }
    }

    /** The weights behind every step. */
    private record Watching(Net net, List<float[]> weights) implements TrainingListener {
        @Override
        public void step(Progress progress) {
            weights.add(values(net).clone());
        }
    }

    @Test
    void aRunThatNobodyWaitsForFindsItsScale() throws Exception {
        Net net = net("1e4", 3);
        float[] first = values(net).clone();
        List<float[]> weights = new ArrayList<>();
        List<String> log = new ArrayList<>();
        Handler handler = handler(log);
        Logger logger = Logger.getLogger("dev.striate.runtime");
        logger.addHandler(handler);
        try (Trainer trainer = trainer(net, recipe(1e-5), CUDA.backend)) {
            trainer.fit(new Watching(net, weights));
        } finally {
            logger.removeHandler(handler);
        }
        int skipped = 0;
        for (int i = 0; i < weights.size(); i++) {
            skipped += Arrays.equals(weights.get(i), i == 0 ? first : weights.get(i - 1)) ? 1 : 0;
        }
        assertThat(weights.getFirst()).containsExactly(first);
        assertThat(skipped).as("steps that changed nothing").isBetween(3, 13);
        assertThat(log)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("gradients were not finite in float16: "));
        assertThat(log.getLast()).endsWith("; the loss scale is now 2^" + (16 - skipped));
    }

    private static Handler handler(List<String> log) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    /** Also where the scale is still on its way down, and at the end of a phase. */
    @Test
    void runsThatWereInterruptedEndWithTheSameBits() throws Exception {
        Net whole = net("1e4", 3);
        TrainingResult expected;
        try (Trainer trainer = trainer(whole, recipe(1e-5), CUDA.backend)) {
            expected = trainer.fit(new TrainingListener() {});
        }
        for (long stop : new long[] {2, 15, 16}) {
            Path file = folder.resolve("at-" + stop);
            try (Trainer trainer = trainer(net("1e4", 3), recipe(1e-5), CUDA.backend)) {
                trainer.fit(new TrainingListener() {
                    @Override
                    public void step(Progress progress) {
                        if (progress.step() == stop) {
                            trainer.stop();
                        }
                    }
                });
                trainer.save(file);
            }
            Net net = net("1e4", 99);
            try (Trainer trainer = trainer(net, recipe(1e-5), CUDA.backend)) {
                trainer.resume(file);
                assertThat(trainer.fit(new TrainingListener() {})).isEqualTo(expected);
            }
            assertThat(values(net)).as("interrupted after step %d", stop).containsExactly(values(whole));
        }
    }

    @Test
    void gradientsThatNoScaleMakesFiniteAreADivergence() throws Exception {
        for (Recipe recipe : List.of(recipe(0.1), recipe(0.1).mixup(0.4))) {
            Net net = net("1e30", 3);
            float[] first = values(net).clone();
            try (Trainer trainer = trainer(net, recipe, CUDA.backend)) {
                assertThatThrownBy(() -> trainer.fit(new TrainingListener() {}))
                        .isInstanceOf(DivergedException.class)
                        .hasMessage(
                                "the gradient is no longer a finite number at step 18 (epoch 6, learning rate 0.01);"
                                        + " try a smaller learning rate");
            }
            assertThat(values(net)).containsExactly(first);
        }
    }
}
