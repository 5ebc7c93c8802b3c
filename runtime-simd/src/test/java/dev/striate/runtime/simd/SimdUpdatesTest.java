package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Optimizers with vectors and threads give the bits that they give one element after the other. */
class SimdUpdatesTest {
    /** More than a part, and no multiple of the lanes. */
    private static final int COUNT = 300_001;

    /** Of weights, gradients and two kinds of state. */
    private static final List<BiConsumer<UpdateLoops, Tensor[]>> STEPS = List.of(
            (loops, t) -> loops.descend(run(t)),
            (loops, t) -> loops.momentum(run(t), t[2].data(), 0.9f, false),
            (loops, t) -> loops.momentum(run(t), t[2].data(), 0.9f, true),
            (loops, t) -> loops.adam(run(t), t[2].data(), t[3].data(), 0.9f, 0.999f, 0.98f, 0.3f, 1e-8f),
            (loops, t) -> loops.scaled(run(t), t[3].data(), t[2].data(), 0.9f, 0.1f, 1e-8f, 0),
            (loops, t) -> loops.scaled(run(t), t[3].data(), t[2].data(), 0.9f, 0.1f, 1e-8f, 0.5f),
            (loops, t) -> loops.scaled(run(t), t[3].data(), t[2].data(), 1, 1, 1e-8f, 0));

    private static UpdateLoops.Run run(Tensor... t) {
        return new UpdateLoops.Run(t[0].data(), t[1].data(), 3, 1, COUNT, 0.01f, 0.1f);
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
        for (BiConsumer<UpdateLoops, Tensor[]> step : STEPS) {
            Tensor[] expected = tensors();
            Tensor[] actual = tensors();
            step.accept(UpdateLoops.PLAIN, expected);
            step.accept(new SimdUpdates(Cpu.of(2).pool()), actual);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i].toArray()).isEqualTo(expected[i].toArray());
            }
        }
    }
}
