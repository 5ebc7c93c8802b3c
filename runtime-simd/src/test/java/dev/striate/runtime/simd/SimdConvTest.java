package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Value;
import dev.striate.runtime.backend.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Convolutions within sessions of the CPU backend, against the reference. */
class SimdConvTest {
    private static final int CASES = 40;

    /** Winograd's filtering rounds more; without it only the order of sums differs. */
    private static final double TOLERANCE = Simd.EXACT ? 2e-6 : 2e-5;

    /** A session of one step. */
    private static final class Session extends NetSession {
        private final List<Input> inputs = new ArrayList<>();
        private final Step step;
        private final Output result;

        Session(Binder b, Kernel kernel, int[]... shapes) {
            super(b.source("conv.cnn"));
            for (int[] shape : shapes) {
                inputs.add(b.input("in" + inputs.size(), shape));
            }
            step = b.at(2).step("step", kernel, inputs.toArray(Value[]::new));
            result = b.output("result", step);
            b.bind();
        }

        @Override
        protected void steps() {
            step.run();
        }
    }

    private static float[] run(Backend backend, long seed, Kernel kernel, int[]... shapes) {
        Weights weights = Weights.init(Binder.spec("test", b -> new Session(b, kernel, shapes)), seed);
        try (Session session = new Session(backend.binder(weights), kernel, shapes)) {
            SplittableRandom r = new SplittableRandom(seed);
            for (int i = 0; i < shapes.length; i++) {
                session.inputs.get(i).copyFrom(Maps.random(r, 1, shapes[i]).toArray());
            }
            session.run();
            return session.result.toArray();
        }
    }

    private static void check(long seed, Kernel kernel, int[]... shapes) {
        float[] expected = run(Backends.reference(), seed, kernel, shapes);
        float[] actual = run(Backends.cpu(1), seed, kernel, shapes);
        double largest = 0;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(actual[i] - expected[i]));
        }
        assertThat(error).as("seed %d: %s", seed, kernel).isLessThan(TOLERANCE * largest + 1e-30);
        assertThat(run(Backends.cpu(2), seed, kernel, shapes))
                .as("seed %d", seed)
                .containsExactly(actual);
    }

    /** The build runs this class once more with {@code -Dstriate.exact=true}. */
    @Test
    void exactArithmeticIsWithoutWinograd() {
        ConvChoice choice = ConvChoice.of(Conv.conv(64, 3, 3).pad(1), Sizes.of(1, 64, 56, 56));
        assertThat(choice).isEqualTo(Simd.EXACT ? ConvChoice.NONE : ConvChoice.WINOGRAD4);
    }

    @Test
    void forwardAndBothGradients() {
        for (int seed = 0; seed < CASES; seed++) {
            SplittableRandom r = new SplittableRandom(seed);
            int channels = 2 + r.nextInt(40);
            int filters = 2 + r.nextInt(40);
            int h = 3 + r.nextInt(12);
            int w = 3 + r.nextInt(12);
            int pad = r.nextInt(3);
            int[] x = {1 + r.nextInt(3), channels, h, w};
            int[] y = {x[0], filters, h + 2 * pad - 2, w + 2 * pad - 2};
            Conv conv = Conv.conv(filters, 3, 3).pad(pad);
            check(seed, r.nextBoolean() ? conv : conv.withoutBias(), x);
            check(seed, conv.then(Pointwise.relu()), x);
            check(seed, conv.then(Pointwise.add()).then(Pointwise.relu()), x, y);
            check(seed, conv.then(Pointwise.sigmoid()), x);
            check(seed, ConvGradInput.convGradInput(conv, x), y, new int[] {filters, channels, 3, 3});
            check(seed, ConvGradWeight.convGradWeight(conv), y, x);
        }
    }
}
