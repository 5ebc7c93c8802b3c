package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.recipe.Optimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Against the published update in float64, step by step, for the loss {@code (w - 3)^2 / 2}. */
class SgdTest {
    private static final int STEPS = 50;
    private static final double LR = 0.1;

    @Test
    void plain() {
        follow(Optimizer.sgd(LR));
    }

    @Test
    void withDecay() {
        follow(Optimizer.sgd(LR).decay(0.01));
    }

    @Test
    void withMomentum() {
        follow(Optimizer.sgd(LR).momentum(0.9).decay(0.01));
    }

    @Test
    void withNesterov() {
        follow(Optimizer.sgd(LR).momentum(0.9).withNesterov().decay(0.01));
    }

    private static void follow(Optimizer.Sgd settings) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment weights = arena.allocateFrom(ValueLayout.JAVA_FLOAT, -1, 5);
            MemorySegment gradients = arena.allocate(weights.byteSize());
            double[] w = {-1, 5};
            double[] v = new double[2];
            Sgd sgd = new Sgd(settings, 2, arena);
            for (int step = 0; step < STEPS; step++) {
                double lr = LR / (1 + step % 3);
                for (int i = 0; i < 2; i++) {
                    float now = weights.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    gradients.setAtIndex(ValueLayout.JAVA_FLOAT, i, now - 3);
                    double g = w[i] - 3 + settings.decay() * w[i];
                    v[i] = settings.momentum() * v[i] + g;
                    w[i] -= lr * (settings.nesterov() ? g + settings.momentum() * v[i] : v[i]);
                }
                sgd.update(weights, gradients, lr);
                for (int i = 0; i < 2; i++) {
                    assertThat((double) weights.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                            .as("weight %d after step %d", i, step + 1)
                            .isCloseTo(w[i], within(1e-5));
                }
            }
        }
    }
}
