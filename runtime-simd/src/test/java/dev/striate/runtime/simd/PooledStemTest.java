package dev.striate.runtime.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.backend.Binder;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Profiler;
import dev.striate.runtime.backend.Step;
import dev.striate.runtime.backend.Value;
import dev.striate.runtime.backend.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Stems and the pooling behind them within sessions: in one pass where nothing else reads what is between them. */
class PooledStemTest {
    private static final int CASES = 25;
    private static final float TOLERANCE = 2e-5f;

    /** What else reads what is between. */
    private enum Reader {
        NOTHING,
        OUTPUT,
        POOLING
    }

    /** A session of both. */
    private static final class Session extends NetSession {
        private final List<Input> inputs = new ArrayList<>();
        private final Step conv;
        private final Step pool;
        private final @Nullable Step other;
        private final Output result;

        Session(Binder b, Case c, Reader reader) {
            super(b.source("stem.cnn"));
            inputs.add(b.input("image", c.image().toArray()));
            for (int i = 1; i < c.conv().dataOperands(); i++) {
                inputs.add(b.input("channels" + i, 1, c.filters()));
            }
            conv = b.at(2).step("conv", c.conv(), inputs.toArray(Value[]::new));
            pool = b.at(3).step("pool", c.pool(), conv);
            result = b.output("result", pool);
            other = reader == Reader.POOLING ? b.at(4).step("other", c.pool(), conv) : null;
            if (reader != Reader.NOTHING) {
                b.output("between", other == null ? conv : other);
            }
            b.bind();
        }

        @Override
        protected void steps() {
            conv.run();
            pool.run();
            if (other != null) {
                other.run();
            }
        }
    }

    private record Case(Kernel conv, Pool pool, Sizes image, long seed) {
        static Case random(long seed) {
            SplittableRandom r = new SplittableRandom(seed);
            Conv conv =
                    Conv.conv(32 * (1 + r.nextInt(2)), 7, 7).stride(2, 2).pad(3).round(Rounding.FLOOR);
            Kernel alone = r.nextBoolean() ? conv : conv.withoutBias();
            Kernel followed = (r.nextBoolean() ? alone : alone.then(Pointwise.affine())).then(Pointwise.relu());
            Sizes image =
                    Sizes.of(1 + r.nextInt(3), 3, 16 + r.nextInt(50), 16 + r.nextInt(r.nextInt(4) == 0 ? 280 : 60));
            return new Case(followed, Windows.pool(r), image, seed);
        }

        int filters() {
            return ((Conv) ((Fused) conv).anchor()).filters();
        }

        /** Whether the pooling fits the convolution's result. */
        boolean isPossible() {
            Sizes between = ((Fused) conv).anchor().output(List.of(image));
            return Windows.isOn(pool, between.dim(2), between.dim(3));
        }

        Weights weights() {
            return Weights.init(Binder.spec("test", b -> new Session(b, this, Reader.NOTHING)), seed);
        }

        /** Whether there are a NaN and an infinity in the picture. */
        boolean hasSpecial() {
            return seed % 3 == 0;
        }

        private float[] run(Session session) {
            SplittableRandom r = new SplittableRandom(seed + 1);
            float[] picture = Maps.random(r, 1, image.toArray()).toArray();
            if (hasSpecial()) {
                picture[r.nextInt(picture.length)] = Float.NaN;
                picture[r.nextInt(picture.length)] = Float.POSITIVE_INFINITY;
            }
            session.inputs.getFirst().copyFrom(picture);
            for (Input channels : session.inputs.subList(1, session.inputs.size())) {
                channels.copyFrom(Maps.random(r, 1, 1, filters()).toArray());
            }
            session.run();
            session.run(); // what a run leaves behind must not change the next
            return session.result.toArray();
        }

        float[] on(Backend backend, Reader reader) {
            try (Session session = new Session(backend.binder(weights()), this, reader)) {
                return run(session);
            }
        }
    }

    @Test
    void theResultIsThatOfBothAlone() {
        int possible = 0;
        for (int seed = 0; possible < CASES; seed++) {
            Case c = Case.random(seed);
            if (c.isPossible()) {
                possible++;
                String what = "seed " + seed + ": " + c;
                float[] alone = c.on(Backends.cpu(1), Reader.OUTPUT);
                assertThat(c.on(Backends.cpu(2), Reader.NOTHING)).as(what).containsExactly(alone);
                assertThat(c.on(Backends.cpu(2), Reader.POOLING)).as(what).containsExactly(alone);
                if (!c.hasSpecial()) { // Winograd's filtering spreads them over tiles
                    assertClose(what, alone, c.on(Backends.reference(), Reader.NOTHING));
                }
            }
        }
    }

    private static void assertClose(String what, float[] actual, float[] expected) {
        float largest = 0;
        float error = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(actual[i] - expected[i]));
        }
        assertThat(error).as(what).isLessThan(TOLERANCE * largest);
    }

    @Test
    void theyAreOneStepUnlessWhatIsBetweenIsKept() {
        Conv conv = Conv.conv(64, 7, 7).stride(2, 2).pad(3).round(Rounding.FLOOR);
        Pool pool = Pool.maxPool(3, 3).stride(2, 2).pad(1).round(Rounding.FLOOR);
        Case c = new Case(conv.then(Pointwise.relu()), pool, Sizes.of(1, 3, 63, 63), 1);
        boolean fits = StemShape.FIT && !Simd.EXACT;
        try (Profiler profiler = open(c, Reader.NOTHING)) {
            assertThat(profiler.steps()).hasSize(fits ? 1 : 2).first().satisfies(step -> {
                assertThat(step.path()).isEqualTo("conv");
                assertThat(step.shape()).isEqualTo(Sizes.of(1, 64, fits ? 16 : 32, fits ? 16 : 32));
                assertThat(step.chosen().contains("pooled row by row")).isEqualTo(fits);
            });
        }
        try (Profiler profiler = open(c, Reader.OUTPUT)) {
            assertThat(profiler.steps()).hasSize(2);
        }
        try (Profiler profiler = open(c, Reader.POOLING)) {
            assertThat(profiler.steps()).hasSize(3);
        }
    }

    private static Profiler open(Case c, Reader reader) {
        return Profiler.open(Backends.cpu(2), b -> new Session(b.binder(c.weights()), c, reader));
    }

    @Test
    void memoryForWhatIsBetweenIsNotTaken() {
        Conv conv = Conv.conv(64, 7, 7).stride(2, 2).pad(3).round(Rounding.FLOOR);
        Case c = new Case(
                conv.then(Pointwise.relu()),
                Pool.maxPool(3, 3).stride(2, 2).pad(1).round(Rounding.FLOOR),
                Sizes.of(4, 3, 127, 127),
                1);
        long between = 4L * 64 * 64 * 64 * Float.BYTES;
        try (Session joined = new Session(Backends.cpu(2).binder(c.weights()), c, Reader.NOTHING)) {
            assertThat(joined.bytes() < between).isEqualTo(StemShape.FIT && !Simd.EXACT);
        }
    }
}
