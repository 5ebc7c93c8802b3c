package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.List;
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
            assertThat(kernel.kernel()).isInstanceOf(kind);
            compare("seed " + seed, kernel);
        }
    }

    private static void compare(String name, OneKernel kernel) {
        String what = name + ": " + kernel.kernel() + " on "
                + kernel.data().stream().map(Operand::shape).toList();
        float[] expected = kernel.run(Backends.reference());
        float[] actual = kernel.run(Backends.cpu(1));
        assertNear(what, actual, expected);
        assertThat(kernel.run(Backends.cpu(2))).as(what).isEqualTo(actual);
        assertThat(kernel.run(Backends.cpu(3))).as(what).isEqualTo(actual);
    }

    /** Large enough to fall into several blocks, bands, parts of the images and parts of the channels. */
    @TestFactory
    Stream<DynamicTest> inManyBlocks() {
        SplittableRandom r = new SplittableRandom(0);
        Conv few = Conv.conv(24, 5, 5).pad(2);
        Conv deep = Conv.conv(9, 3, 3).pad(1);
        Conv wide = Conv.conv(8, 3, 3).stride(2, 1).pad(1).round(Rounding.FLOOR).groups(2);
        return Stream.of(
                        convolution(r, few, 6, 7, 40, 41),
                        convolution(r, deep, 3, 130, 22, 23),
                        convolution(r, wide, 5, 40, 64, 50),
                        convolution(r, Conv.conv(70, 1, 1), 6, 90, 30, 21),
                        Stream.of(
                                OneKernel.of(Fc.fc(300), Operand.random(r, 70, 500)),
                                OneKernel.of(Fc.fc(2100), Operand.random(r, 1, 1000)),
                                OneKernel.of(
                                        FcGradInput.fcGradInput(),
                                        Operand.random(r, 70, 300),
                                        Operand.random(r, 300, 500)),
                                OneKernel.of(
                                        FcGradWeight.fcGradWeight(),
                                        Operand.random(r, 70, 300),
                                        Operand.random(r, 70, 500)),
                                OneKernel.of(
                                        CrossEntropy.crossEntropy(),
                                        Operand.random(r, 700, 100),
                                        Operand.randomLabels(r, 700, 100)),
                                OneKernel.of(Softmax.softmax(), Operand.random(r, 7, 300, 20, 20))))
                .flatMap(kernels -> kernels)
                .map(k -> DynamicTest.dynamicTest(k.kernel().toString(), () -> compare("large", k)));
    }

    private static Stream<OneKernel> convolution(SplittableRandom r, Conv conv, int... shape) {
        Operand x = Operand.random(r, shape);
        Operand g = Operand.random(r, conv.output(List.of(x.shape())).toArray());
        Operand weight = Operand.random(r, conv.weightShape(shape[1]).toArray());
        return Stream.of(
                OneKernel.of(conv, x),
                OneKernel.of(ConvGradInput.convGradInput(conv, shape), g, weight),
                OneKernel.of(ConvGradWeight.convGradWeight(conv), g, x));
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
