package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.Kernel;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every kernel of the CPU backend on random cases: near the reference, and the same bits with 1, 2 and 3 threads. */
class CpuAgainstReferenceTest {
    private static final int CASES = 60;
    private static final double TOLERANCE = 1e-5;

    @TestFactory
    Stream<DynamicTest> everyKernel() {
        return KernelCases.ALL.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey().getSimpleName(), () -> compare(e.getKey(), e.getValue())));
    }

    private static void compare(Class<? extends Kernel> kind, Function<SplittableRandom, OneKernel> cases) {
        for (int seed = 0; seed < CASES; seed++) {
            OneKernel kernel = cases.apply(new SplittableRandom(seed));
            String what = "seed " + seed + ": " + kernel.kernel() + " on "
                    + kernel.data().stream().map(OneKernel.Operand::shape).toList();
            assertThat(kernel.kernel()).as(what).isInstanceOf(kind);
            float[] expected = kernel.run(Backends.reference());
            float[] actual = kernel.run(Backends.cpu(1));
            assertNear(what, actual, expected);
            assertThat(kernel.run(Backends.cpu(2))).as(what).isEqualTo(actual);
            assertThat(kernel.run(Backends.cpu(3))).as(what).isEqualTo(actual);
        }
    }

    /** Within the tolerance of the largest element, which is what a sum with cancellation can promise. */
    private static void assertNear(String what, float[] actual, float[] expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 0;
        for (float e : expected) {
            largest = Math.max(largest, Float.isInfinite(e) ? 0 : Math.abs(e));
        }
        for (int i = 0; i < actual.length; i++) {
            if (Float.compare(actual[i], expected[i]) != 0
                    && !(Math.abs(actual[i] - expected[i]) <= TOLERANCE * largest)) {
                throw new AssertionError(what + ": element " + i + " is " + actual[i] + ", not " + expected[i]);
            }
        }
    }
}
