package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Length;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Net;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Progress;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import striate.models.LeNet5;

/** A net that runs takes no more memory, on the heap or outside of it, once its code is compiled. */
class SteadyStateTest {
    private static final int BATCH = 4;
    private static final int SAMPLES = 100 * BATCH;

    /** Steps over which is measured. */
    private static final int WINDOW = 1_000;

    /** So many windows one after the other show that what was allocated once does not come back. */
    private static final int CALM_WINDOWS = 3;

    /** After so many windows everything is compiled, and what is left out of compiled code is not allocated any more. */
    private static final int MOST_WINDOWS = 40;

    private static final long MOST_PER_STEP = 1024;

    private static final int MANY = 10_000;

    /** The first, and two whose growth is compared. */
    private static final int SPANS = 3;

    /** What a leak of 100 bytes a step takes in {@link #MANY}. */
    private static final long MOST_GROWTH = 100L * MANY;

    private static final String RESNET = """
            package steady
            block Two(x, c: int, stride: int = 1) {
              x -> conv(c, 3, stride=stride, pad=1, bias=false, round=floor) -> batch_norm -> relu
                -> conv(c, 3, pad=1, bias=false) -> batch_norm
            }
            net Small {
              input image: f32[N, 3, 12, 12]
              label digit: class[N, 10]
              image -> conv(8, 3, pad=1) -> batch_norm -> relu -> max_pool(3, stride=2, pad=1, round=floor)
                -> residual { Two(8) } -> relu
                -> residual(project=conv(16, 1, stride=2, bias=false, round=floor) -> batch_norm) { Two(16, 2) } -> relu
                -> global_avg_pool -> dropout(0.2) -> fc(10) -> output logits
              loss xent = cross_entropy(logits, digit)
              metric acc = top1(logits, digit)
            }
            """;

    private static final String BRANCHES = """
            package steady
            net Branches {
              input image: f32[N, 3, 12, 12]
              label digit: class[N, 10]
              image -> conv(8, 3, pad=1) -> relu -> lrn(5)
                -> concat(axis=C) { conv(8, 1) -> relu | depthwise_conv(3, pad=1) -> clip(min=0, max=6) | max_pool(3, stride=1, pad=1) }
                -> depthwise_conv(3, stride=2, pad=1, bias=false, round=floor) -> batch_norm -> relu
                -> avg_pool(2) -> flatten -> fc(10) -> output logits
              loss xent = cross_entropy(logits, digit)
            }
            """;

    private static final String STEM = """
            package steady
            net Stem {
              input image: f32[N, 3, 48, 48]
              image -> conv(32, 7, stride=2, pad=3, round=floor) -> relu -> max_pool(3, stride=2, pad=1, round=floor)
                -> global_avg_pool -> output channels
            }
            """;

    @TempDir
    private Path folder;

    private Net net(String name) throws IOException, ReflectiveOperationException {
        if (name.equals("LeNet5")) {
            return LeNet5.init(1);
        }
        String source = switch (name) {
            case "Small" -> RESNET;
            case "Stem" -> STEM;
            default -> BRANCHES;
        };
        GeneratedNet small = GeneratedNet.of(source, folder);
        return small.with(Weights.init(small.spec(), 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LeNet5", "Small", "Branches", "Stem"})
    void inferenceAllocatesNothing(String name) throws Exception {
        try (NetSession session = net(name).open(Backends.cpu(2), BATCH)) {
            Meter meter = new Meter();
            while (!meter.isDone()) {
                session.run();
                meter.step();
            }
            assertThat(meter.calm).as("%d bytes a step", meter.last).isEqualTo(CALM_WINDOWS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LeNet5", "Small", "Branches"})
    void trainingAllocatesNothing(String name) throws Exception {
        Meter meter = new Meter();
        train(net(name), WINDOW * MOST_WINDOWS, trainer -> {
            meter.step();
            if (meter.isDone()) {
                trainer.stop();
            }
        });
        assertThat(meter.calm).as("%d bytes a step", meter.last).isEqualTo(CALM_WINDOWS);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"LeNet5", "Small", "Branches"})
    void memoryStaysAsItIs(String name) throws Exception {
        assumeTrue(Files.exists(Resident.STATUS), "only Linux says how much memory a process has");
        Net net = net(name);
        Resident resident = new Resident();
        try (NetSession session = net.open(Backends.cpu(2), BATCH)) {
            while (!resident.isDone()) {
                session.run();
                resident.step();
            }
        }
        assertThat(resident.leastGrowth()).as("inference").isLessThan(MOST_GROWTH);
        Resident training = new Resident();
        train(net, SPANS * MANY, trainer -> training.step());
        assertThat(training.leastGrowth()).as("training").isLessThan(MOST_GROWTH);
    }

    /** Trains with momentum on random samples. */
    private static void train(Net net, int steps, Consumer<Trainer> afterStep) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        int[] classes = random.ints(SAMPLES, 0, 10).toArray();
        int[] shape = imageShape(net);
        float[] images = Runs.normal(random, SAMPLES * shape[1] * shape[2] * shape[3]);
        MemorySet set = new MemorySet(
                "random",
                SAMPLES,
                List.of(Field.floats("image", shape[1], shape[2], shape[3]), Field.classIndex("digit", 10)),
                List.of(MemorySet.floats(images), i -> classes[i]));
        Phase phase = Phase.phase(Length.steps(steps), Optimizer.sgd(1e-3).momentum(0.9));
        Recipe recipe = Recipe.recipe("Steady", Data.data("random", BATCH), phase);
        try (Trainer trainer = new Trainer(net, recipe, Samples.of(new Splits(set, set), recipe), Backends.cpu(2))) {
            trainer.fit(new TrainingListener() {
                @Override
                public void step(Progress progress) {
                    afterStep.accept(trainer);
                }
            });
        }
    }

    private static int[] imageShape(Net net) {
        try (NetSession session = net.open(Backends.reference(), 1)) {
            return session.input("image").shape().toArray();
        }
    }

    /** Bytes on the heap that all threads together allocate. */
    private static final class Meter {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private long before = threads.getTotalThreadAllocatedBytes();
        private int steps;
        /** Of the last window, a step. */
        private long last;
        /** How many windows below the limit the last ones are. */
        private int calm;

        void step() {
            steps++;
            if (steps % WINDOW == 0) {
                long now = threads.getTotalThreadAllocatedBytes();
                last = (now - before) / WINDOW;
                calm = last <= MOST_PER_STEP ? calm + 1 : 0;
                before = now;
            }
        }

        boolean isDone() {
            return calm == CALM_WINDOWS || steps == WINDOW * MOST_WINDOWS;
        }
    }

    /**
     * How the memory of the process grows in each span of {@link #MANY} steps after the first, in which it took what it
     * needs. What leaks in every step shows in every span; what the virtual machine takes for itself does not.
     */
    private static final class Resident {
        private static final Path STATUS = Path.of("/proc/self/status");

        private final List<Long> ends = new ArrayList<>();
        private int steps;

        void step() {
            steps++;
            if (steps % MANY == 0) {
                ends.add(bytes());
            }
        }

        boolean isDone() {
            return ends.size() == SPANS;
        }

        long leastGrowth() {
            assertThat(ends).hasSize(SPANS).allMatch(bytes -> bytes > 0);
            return IntStream.range(1, SPANS)
                    .mapToLong(i -> ends.get(i) - ends.get(i - 1))
                    .min()
                    .orElseThrow();
        }

        private static long bytes() {
            System.gc();
            try (Stream<String> lines = Files.lines(STATUS)) {
                String line =
                        lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
