package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Optimizers with vectors and threads give the bits that they give one element after the other. */
class SimdUpdatesTest {
    /** More than a part, and no multiple of the lanes. */
    private static final int COUNT = 300_001;

    /** Of two kinds of state. */
    private static final List<BiFunction<UpdateLoops, MemorySegment[], UpdateLoops.Loop>> LOOPS = List.of(
            (loops, s) -> loops.descend(),
            (loops, s) -> loops.momentum(s[0], 0.9f, false),
            (loops, s) -> loops.momentum(s[0], 0.9f, true),
            (loops, s) -> loops.adam(s[0], s[1], 0.9f, 0.999f, 1e-8f),
            (loops, s) -> loops.scaled(s[1], s[0], 0.9f, 0.1f, 1e-8f, 0),
            (loops, s) -> loops.scaled(s[1], s[0], 0.9f, 0.1f, 1e-8f, 0.5f),
            (loops, s) -> loops.scaled(s[1], s[0], 1, 1, 1e-8f, 0));

    private static void step(
            BiFunction<UpdateLoops, MemorySegment[], UpdateLoops.Loop> loop, UpdateLoops loops, Tensor... t) {
        UpdateLoops.Run run = new UpdateLoops.Run(3, 1, COUNT, 0.01f);
        run.step(t[0].data(), t[1].data(), 0.1f);
        run.adam(0.98f, 0.3f);
        MemorySegment[] states = {t[2].data(), t[3].data()};
        loop.apply(loops, states).run(run, 0, COUNT);
    }

    private static Tensor[] tensors() {
        SplittableRandom r = new SplittableRandom(1);
        Tensor[] all = new Tensor[4];
        for (int i = 0; i < all.length; i++) {
            all[i] = Maps.random(r, 1, COUNT + 4);
        }
        for (int i = 0; i < all[3].elements(); i++) {
            all[3].set(i, Math.abs(all[3].get(i))); // squares
        }
        return all;
    }

    @Test
    void sameBits() {
        for (BiFunction<UpdateLoops, MemorySegment[], UpdateLoops.Loop> loop : LOOPS) {
            Tensor[] expected = tensors();
            Tensor[] actual = tensors();
            step(loop, UpdateLoops.plain(), expected);
            step(loop, new SimdUpdates(Cpu.of(2).pool()), actual);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i].toArray()).isEqualTo(expected[i].toArray());
            }
        }
    }
}
