package dev.striate.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.striate.core.rng.Philox;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Learning;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import striate.models.LeNet5;

/** The loops of optimizers on the CUDA backend give the bits that Java's give, with this machine in the place of the device. */
class CudaUpdatesTest {
    private static final int COUNT = 3001;
    private static final long HALF = COUNT / 2;

    /** Of two kinds of state, the second of which has squares. */
    private static final List<BiFunction<UpdateLoops, MemorySegment[], UpdateLoops.Loop>> LOOPS = List.of(
            (loops, s) -> loops.descend(),
            (loops, s) -> loops.momentum(s[0], 0.9f, false),
            (loops, s) -> loops.momentum(s[0], 0.9f, true),
            (loops, s) -> loops.adam(s[0], s[1], 0.9f, 0.999f, 1e-8f),
            (loops, s) -> loops.scaled(s[1], s[0], 0.9f, 0.1f, 1e-8f, 0),
            (loops, s) -> loops.scaled(s[1], s[0], 0.9f, 0.1f, 1e-8f, 0.5f),
            (loops, s) -> loops.scaled(s[1], s[0], 1, 1, 1e-8f, 0),
            (loops, s) -> loops.replace(),
            (loops, s) -> loops.blend(s[0]));

    private final HostCuda cuda = new HostCuda();

    @BeforeAll
    static void hasACompiler() {
        assumeTrue(HostCode.isAvailable(), "no g++: updates for CUDA were not computed on the host");
    }

    @Test
    void updatesGiveTheBitsThatTheyGiveInJava() {
        compare(
                cuda.backend,
                (what, found, expected) -> assertThat(Arrays.mismatch(found, expected))
                        .as("%s: the first difference", what)
                        .isEqualTo(-1));
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** Of what a loop leaves in a segment on a backend with what Java's leaves there. */
    interface Comparison {
        void check(String what, float[] found, float[] expected);
    }

    /** Compares each loop and segment. */
    static void compare(Backend backend, Comparison comparison) {
        LeNet5 net = LeNet5.init(1);
        try (NetSession session = net.training(backend, 1);
                Arena arena = Arena.ofConfined()) {
            UpdateLoops device = session.learning().loops();
            for (int i = 0; i < LOOPS.size(); i++) {
                float[][] expected = updated(LOOPS.get(i), UpdateLoops.plain(), arena);
                float[][] found = updated(LOOPS.get(i), device, arena);
                for (int k = 0; k < expected.length; k++) {
                    comparison.check("loop %d, segment %d".formatted(i, k), found[k], expected[k]);
                }
            }
        }
    }

    /** Weights, gradients and both states behind a loop over two ranges, one after the other, that leave out some elements. */
    private static float[][] updated(
            BiFunction<UpdateLoops, MemorySegment[], UpdateLoops.Loop> loop, UpdateLoops loops, Arena arena) {
        MemorySegment[] all = new MemorySegment[4];
        for (int k = 0; k < all.length; k++) {
            MemorySegment drawn = arena.allocate(ValueLayout.JAVA_FLOAT, COUNT);
            for (int i = 0; i < COUNT; i++) {
                float value = (float) Philox.normal(3, k, i);
                drawn.setAtIndex(ValueLayout.JAVA_FLOAT, i, k == 3 ? Math.abs(value) : value);
            }
            all[k] = loops.state(COUNT, arena);
            loops.write(drawn, all[k]);
            drawn.fill((byte) 0x3f); // it belongs to the caller again
        }
        UpdateLoops.Loop made = loop.apply(loops, new MemorySegment[] {all[2], all[3]});
        for (long first : new long[] {0, HALF}) {
            UpdateLoops.Run run = new UpdateLoops.Run(3 + first, 1 + first, HALF - 2, 0.01f + first);
            run.step(all[0], all[1], 0.1f / (1 + first));
            run.adam(0.98f, 0.3f);
            made.run(run, 0, run.n());
        }
        float[][] numbers = new float[all.length][];
        for (int k = 0; k < all.length; k++) {
            numbers[k] = loops.read(all[k]).toArray(ValueLayout.JAVA_FLOAT);
        }
        return numbers;
    }

    /** LeNet-5 cut into ranges, some of one piece and some of several, which learn at rates of their own. */
    private static final long[] ENDS = {156, 160, 2572, 33292, 33412, 33413, 44426};

    /** Momentum for what comes first, and Adam for the rest. */
    private static final class Updates {
        private final UpdateLoops.Loop momentum;
        private final UpdateLoops.Loop adam;
        private final MemorySegment[] states = new MemorySegment[3];

        Updates(UpdateLoops loops, Arena arena) {
            for (int k = 0; k < states.length; k++) {
                states[k] = loops.state(ENDS[ENDS.length - 1], arena);
            }
            momentum = loops.momentum(states[0], 0.9f, false);
            adam = loops.adam(states[1], states[2], 0.9f, 0.999f, 1e-8f);
        }

        void step(MemorySegment weights, MemorySegment gradients, int step) {
            long first = 0;
            for (int i = 0; i < ENDS.length; i++) {
                long n = ENDS[i] - first;
                UpdateLoops.Run run = new UpdateLoops.Run(first, first, n, 0.01f * i);
                run.step(weights, gradients, 0.01f / (step + i + 1));
                run.adam(1 - 0.01f * i, 1 - 1f / (step + 2));
                (i < 3 ? momentum : adam).run(run, 0, n);
                first = ENDS[i];
            }
        }
    }

    /** The first run is done step by step, the second captured, the others replayed with other numbers. */
    @Test
    void updatesOfARunGiveTheBitsThatTheyGiveInJava() {
        LeNet5 net = LeNet5.init(1);
        try (NetSession session = net.training(cuda.backend, 2);
                Arena arena = Arena.ofConfined()) {
            session.input("image").copyFrom(pictures());
            session.input("digit").copyFrom(new int[] {3, 8});
            Learning learning = session.learning();
            Updates found = new Updates(learning.loops(), arena);
            Updates expected = new Updates(UpdateLoops.plain(), arena);
            MemorySegment weights = arena.allocate(learning.weights().byteSize(), Float.BYTES);
            weights.copyFrom(net.weights().values());
            List<Integer> launches = new ArrayList<>();
            for (int step = 0; step < 4; step++) {
                int number = step;
                int before = cuda.driver.launched();
                session.learn(() -> found.step(learning.weights(), learning.gradients(), number));
                learning.changed().run();
                launches.add(cuda.driver.launched() - before);
                expected.step(weights, session.gradients(), step);
                float[] all = net.weights().values().toArray(ValueLayout.JAVA_FLOAT);
                assertThat(Arrays.mismatch(all, weights.toArray(ValueLayout.JAVA_FLOAT)))
                        .as("step %d: the first difference", step)
                        .isEqualTo(-1);
            }
            assertThat(launches.get(1)).isPositive();
            assertThat(launches.subList(2, 4)).as("launches besides the graph").containsOnly(0);
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    /** Sessions on other streams read the weights behind steps that nobody has waited for. */
    @Test
    void othersReadWhatStepsLeave() {
        LeNet5 net = LeNet5.init(1);
        try (NetSession session = net.training(cuda.backend, 2);
                NetSession served = net.open(cuda.backend, 2);
                NetSession expected = net.open(Backends.reference(), 2);
                Arena arena = Arena.ofConfined()) {
            session.totals(List.of(session.output("xent")), 2);
            Learning learning = session.learning();
            Updates updates = new Updates(learning.loops(), arena);
            for (int step = 0; step < 4; step++) {
                int number = step;
                session.input("image").copyFrom(pictures());
                session.input("digit").copyFrom(new int[] {3, 8});
                session.launch(() -> updates.step(learning.weights(), learning.gradients(), number));
                learning.changed().run();
                for (NetSession reader : List.of(served, expected)) {
                    reader.input("image").copyFrom(pictures());
                    reader.run();
                }
                assertThat(served.output("logits").toArray())
                        .containsExactly(expected.output("logits").toArray(), within(1e-4f));
            }
        }
        assertThat(cuda.open()).as("what was not freed").isZero();
    }

    private static float[] pictures() {
        float[] pixels = new float[2 * 28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Philox.uniform(5, 0, i);
        }
        return pixels;
    }
}
