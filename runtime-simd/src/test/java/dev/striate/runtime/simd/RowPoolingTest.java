package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.cpu.CpuBackend;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowPoolingTest {
    @Test
    void poolsAsTheReferenceDoes() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Pool pool = (r.nextBoolean() ? Pool.maxPool(2, 2) : Pool.avgPool(2, 2))
                    .round(r.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL);
            int width = r.nextBoolean() ? r.nextInt(2, 20) : r.nextInt(20, 150);
            KernelRun run =
                    KernelRun.of(pool, seed, Sizes.of(r.nextInt(1, 3), r.nextInt(1, 9), r.nextInt(2, 30), width));
            float[] expected = run.on(Backends.reference());
            float[] actual = run.on(CpuBackend.create(2));
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i])
                        .as("%s of %s, seed %d, element %d", pool, run.shapes(), seed, i)
                        .isCloseTo(expected[i], within(1e-6f));
            }
        }
    }
}
