package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.OneKernel.Operand;
import dev.striate.runtime.simd.BlockBackend;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every kernel of the CPU backend with SIMD: near the reference, in rows and in blocks, and with any number of threads. */
class SimdAgainstReferenceTest {
    private static final int CASES = 40;
    private static final double TOLERANCE = 1e-5;

    @TestFactory
    Stream<DynamicTest> everyKernel() {
        return KernelCases.ALL.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey().getSimpleName(), () -> compare(e.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> inBlocks() {
        return SimdCases.all().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> compare(e.getValue())));
    }

    private static void compare(Function<SplittableRandom, OneKernel> cases) {
        for (int seed = 0; seed < CASES; seed++) {
            OneKernel kernel = cases.apply(new SplittableRandom(seed));
            compare("seed " + seed, kernel);
        }
    }

    private static void compare(String name, OneKernel kernel) {
        String what = name + ": " + kernel.kernel() + " on "
                + kernel.data().stream().map(Operand::shape).toList();
        float[] expected = kernel.run(Backends.reference());
        float[] inRows = kernel.run(Backends.cpu(1));
        assertNear(what + " in rows", inRows, expected);
        assertThat(kernel.run(Backends.cpu(2))).as(what).isEqualTo(inRows);
        float[] inBlocks = inBlocks(kernel, 1);
        assertNear(what + " in blocks", inBlocks, expected);
        assertThat(inBlocks(kernel, 2)).as(what).isEqualTo(inBlocks);
    }

    private static float[] inBlocks(OneKernel kernel, int threads) {
        Backend backend = new BlockBackend(Backends.cpu(threads));
        Kernel before = new BlockBackend.ToBlocks();
        return kernel.runBetween(backend, before, new BlockBackend.ToRows());
    }

    /** Within the tolerance of the largest element, which is what a sum with cancellation can promise. */
    private static void assertNear(String what, float[] actual, float... expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 0;
        for (float e : expected) {
            largest = Math.max(largest, Float.isFinite(e) ? Math.abs(e) : 0);
        }
        for (int i = 0; i < actual.length; i++) {
            if (Float.compare(actual[i], expected[i]) != 0
                    && !(Math.abs(actual[i] - expected[i]) <= TOLERANCE * largest)) {
                throw new AssertionError(what + ": element " + i + " is " + actual[i] + ", not " + expected[i]);
            }
        }
    }
}
