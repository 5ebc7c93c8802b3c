package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random programs with long-lived values, views of views and unused results: sharing memory changes nothing. */
class MemoryReuseTest {
    private static final int PROGRAMS = 60;

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
