package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Flatten;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Reshape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random programs with long-lived values, views of views and unused results: sharing memory changes nothing. */
class MemoryReuseTest {
    private static final int PROGRAMS = 60;

    /** Feature maps [2, 3, 8, 8] through random steps, some of them views there and back. */
    private static final class RandomProgram extends NetSession {
        private final List<Step> steps = new ArrayList<>();
        private final Binder b;

        RandomProgram(Binder b, long seed) {
            super(b);
            this.b = b;
            SplittableRandom r = new SplittableRandom(seed);
            List<Value> maps = new ArrayList<>(List.of(b.input("x", 2, 3, 8, 8)));
            int size = 5 + r.nextInt(25);
            for (int i = 0; i < size; i++) {
                Value any = maps.get(r.nextInt(maps.size()));
                Value last = maps.getLast();
                maps.add(
                        switch (r.nextInt(6)) {
                            case 0 -> step(Conv.conv(3, 3, 3).pad(1), any);
                            case 1 -> step(Pointwise.tanh(), last);
                            case 2 -> step(Pool.maxPool(3, 3).stride(1, 1).pad(1), last);
                            case 3 -> step(Reshape.reshape(2, 3, 8, 8), step(Flatten.flatten(), any));
                            default -> step(Pointwise.add(), any, last);
                        });
                if (r.nextInt(8) == 0) {
                    b.output("early" + i, step(ChannelSum.channelSum(), maps.getLast()));
                }
            }
            b.output("y", maps.getLast());
            b.bind();
        }

        private Step step(Kernel kernel, Value... operands) {
            Step step = b.step("step" + steps.size(), kernel, operands);
            steps.add(step);
            return step;
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }

        List<float[]> results() {
            float[] x = new float[384];
            for (int i = 0; i < x.length; i++) {
                x[i] = i % 17 - 8;
            }
            input("x").copyFrom(x);
            run();
            run();
            return outputNames().stream().map(n -> output(n).toArray()).toList();
        }
    }

    @Test
    void sharingMemoryChangesNothing() {
        for (long seed = 0; seed < PROGRAMS; seed++) {
            long s = seed;
            NetSpec spec = Binder.spec("random", b -> new RandomProgram(b, s));
            Weights weights = Weights.init(spec, 3);
            for (Backend backend : List.of(Backends.reference(), Backends.cpu(2))) {
                try (RandomProgram shared = new RandomProgram(backend.binder(weights), seed);
                        RandomProgram apart =
                                new RandomProgram(backend.binder(weights).withoutReuse(), seed)) {
                    List<float[]> expected = apart.results();
                    List<float[]> actual = shared.results();
                    for (int i = 0; i < expected.size(); i++) {
                        assertThat(actual.get(i)).as("seed %d", seed).isEqualTo(expected.get(i));
                    }
                    assertThat(shared.bytes()).isLessThanOrEqualTo(apart.bytes());
                }
            }
        }
    }

    /** Nine element-wise steps one after the other. */
    private static final class Chain extends NetSession {
        private final List<Step> steps = new ArrayList<>();

        Chain(Binder b, Pointwise function) {
            super(b);
            Value x = b.input("x", 2, 3, 8, 8);
            for (int i = 0; i < 9; i++) {
                Step step = b.step(
                        "step" + i, i == 4 ? Pool.maxPool(3, 3).stride(1, 1).pad(1) : function, x);
                steps.add(step);
                x = step;
            }
            b.output("y", x);
            b.bind();
        }

        @Override
        protected void steps() {
            steps.forEach(Step::run);
        }
    }

    /** Apart from the input, which is kept, and around the pooling, which reads its neighbours. */
    @Test
    void elementWiseStepsWriteOverTheirOperand() {
        Weights none = Weights.zeros(Binder.spec("chain", b -> new Chain(b, Pointwise.tanh())));
        try (Chain chain = new Chain(Backends.cpu(1).binder(none), Pointwise.tanh())) {
            long one = 4 * 2 * 3 * 8 * 8;
            assertThat(chain.bytes()).isEqualTo(3 * one);
        }
    }
}
