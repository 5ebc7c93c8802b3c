package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The reference's gradients of linear kernels are their adjoints: {@code <g, f(x)> = <f'(g), x>}, without a second
 * implementation to compare with.
 */
class AdjointTest {
    private static final int CASES = 30;
    private final Backend backend = Backends.reference();

    @Test
    void convolution() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            int groups = 1 + r.nextInt(2);
            Conv conv = Conv.conv(groups * (1 + r.nextInt(3)), 1 + r.nextInt(3), 1 + r.nextInt(3))
                    .groups(groups)
                    .stride(1 + r.nextInt(2), 1 + r.nextInt(3))
                    .dilation(1 + r.nextInt(2), 1)
                    .pad(r.nextInt(3))
                    .round(r.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL)
                    .withoutBias();
            Operand x = Operand.random(r, 1 + r.nextInt(3), groups * (1 + r.nextInt(3)), 6 + r.nextInt(4), 5);
            Operand weight =
                    Operand.random(r, conv.weightShape(x.shape().dim(1)).toArray());
            Operand g = Operand.random(r, conv.output(List.of(x.shape())).toArray());
            // The convolution of x with the weight, by way of a gradient: <g, conv(x)> for that weight.
            double viaInput =
                    dot(x, run(ConvGradInput.convGradInput(conv, x.shape().toArray()), g, weight));
            double viaWeight = dot(weight, run(ConvGradWeight.convGradWeight(conv), g, x));
            assertThat(viaInput).as("seed %d: %s", seed, conv).isCloseTo(viaWeight, within(tolerance(viaWeight)));
            // And the weight that the forward pass draws itself, seen through the input gradient.
            OneKernel forward = OneKernel.of(conv, x);
            Operand drawn = Operand.of(weight.shape(), forward.weight(0));
            assertThat(dot(g, forward.run(backend)))
                    .as("seed %d: %s", seed, conv)
                    .isCloseTo(
                            dot(
                                    x,
                                    run(
                                            ConvGradInput.convGradInput(
                                                    conv, x.shape().toArray()),
                                            g,
                                            drawn)),
                            within(tolerance(viaWeight)));
        }
    }

    @Test
    void fullyConnected() {
        SplittableRandom r = new SplittableRandom(1);
        Fc fc = Fc.fc(5).withoutBias();
        Operand x = Operand.random(r, 3, 7);
        Operand g = Operand.random(r, 3, 5);
        OneKernel forward = OneKernel.of(fc, x);
        Operand weight = Operand.of(Sizes.of(5, 7), forward.weight(0));
        double expected = dot(g, forward.run(backend));
        assertThat(dot(x, run(FcGradInput.fcGradInput(), g, weight))).isCloseTo(expected, within(tolerance(expected)));
        assertThat(dot(weight, run(FcGradWeight.fcGradWeight(), g, x)))
                .isCloseTo(expected, within(tolerance(expected)));
    }

    @Test
    void averagePooling() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            Pool pool = Pool.avgPool(1 + r.nextInt(3), 1 + r.nextInt(3))
                    .stride(1 + r.nextInt(3), 1 + r.nextInt(3))
                    .pad(r.nextInt(3))
                    .round(r.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL);
            pool = r.nextBoolean() ? pool : pool.countPadding();
            Operand x = Operand.random(r, 2, 3, 5 + r.nextInt(4), 6);
            Operand g = Operand.random(r, pool.output(List.of(x.shape())).toArray());
            double expected = dot(g, run(pool, x));
            double actual = dot(x, run(AvgPoolGrad.avgPoolGrad(pool, x.shape().toArray()), g));
            assertThat(actual).as("seed %d: %s", seed, pool).isCloseTo(expected, within(tolerance(expected)));
        }
    }

    private float[] run(Kernel kernel, Operand... operands) {
        return OneKernel.of(kernel, operands).run(backend);
    }

    private static double dot(Operand a, float[] b) {
        double sum = 0;
        for (int i = 0; i < b.length; i++) {
            sum += (double) a.floats()[i] * b[i];
        }
        return sum;
    }

    private static double tolerance(double value) {
        return 1e-4 + 1e-5 * Math.abs(value);
    }
}
