package dev.striate.runtime.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against the published updates in float64, written as the loops of PyTorch 2's {@code torch.optim} documentation, for
 * the losses {@code (w - 3)^2 / 2} and a learning rate that changes.
 */
class UpdatesTest {
    private static final int STEPS = 50;
    private static final double LR = 0.1;
    private static final int COUNT = 4;

    static List<Optimizer> optimizers() {
        return List.of(
                Optimizer.sgd(LR),
                Optimizer.sgd(LR).decay(0.01),
                Optimizer.sgd(LR).momentum(0.9).decay(0.01),
                Optimizer.sgd(LR).momentum(0.9).withNesterov().decay(0.01),
                Optimizer.rmsprop(LR, 0.9, 1e-8),
                Optimizer.rmsprop(LR, 0.99, 1e-3).momentum(0.5).decay(0.01),
                Optimizer.adagrad(LR, 1e-10),
                Optimizer.adagrad(LR, 1e-3).decay(0.01),
                Optimizer.adam(LR, 0.9, 0.999, 1e-8),
                Optimizer.adam(LR, 0.8, 0.99, 1e-3).decay(0.01),
                Optimizer.adamw(LR, 0.9, 0.999, 1e-8).decay(0.1));
    }

    /** One number in float64. */
    private static final class Reference {
        private double w;
        private double v;
        private double m;
        private double s;

        void step(Optimizer optimizer, double gradient, double lr, double decay, int t) {
            double g = gradient + decay * w;
            switch (optimizer) {
                case Optimizer.Sgd sgd -> {
                    v = sgd.momentum() * v + g;
                    w -= lr * (sgd.nesterov() ? g + sgd.momentum() * v : v);
                }
                case Optimizer.RmsProp r -> {
                    s = r.alpha() * s + (1 - r.alpha()) * g * g;
                    v = r.momentum() * v + g / (Math.sqrt(s) + r.eps());
                    w -= lr * v;
                }
                case Optimizer.Adagrad a -> {
                    s += g * g;
                    w -= lr * g / (Math.sqrt(s) + a.eps());
                }
                case Optimizer.Adam a -> {
                    if (a.decoupled()) {
                        g = gradient;
                        w -= lr * decay * w;
                    }
                    m = a.beta1() * m + (1 - a.beta1()) * g;
                    s = a.beta2() * s + (1 - a.beta2()) * g * g;
                    double mean = m / (1 - Math.pow(a.beta1(), t));
                    w -= lr * mean / (Math.sqrt(s / (1 - Math.pow(a.beta2(), t))) + a.eps());
                }
            }
        }
    }

    /** Of four numbers the second stays, and the last two learn at half the rate, the last without decay. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void followsTheFormula(Optimizer optimizer) {
        List<Range> ranges = List.of(new Range(0, 1, 1, 1), new Range(2, 1, 0.5f, 1), new Range(3, 1, 0.5f, 0));
        double[] first = {-1, 7, 5, 0.25};
        double[] rates = {1, 0, 0.5, 0.5};
        double[] decays = {1, 0, 1, 0};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment weights = arena.allocate(ValueLayout.JAVA_FLOAT, COUNT);
            MemorySegment gradients = arena.allocate(ValueLayout.JAVA_FLOAT, COUNT);
            Reference[] expected = new Reference[COUNT];
            for (int i = 0; i < COUNT; i++) {
                expected[i] = new Reference();
                expected[i].w = first[i];
                weights.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) first[i]);
            }
            Updates updates = Updates.of(optimizer, UpdateLoops.plain(), ranges, arena);
            for (int step = 1; step <= STEPS; step++) {
                double lr = LR / (1 + step % 3);
                for (int i = 0; i < COUNT; i++) {
                    gradients.setAtIndex(ValueLayout.JAVA_FLOAT, i, weights.getAtIndex(ValueLayout.JAVA_FLOAT, i) - 3);
                    if (rates[i] > 0) {
                        double decay = optimizer.decay() * decays[i];
                        expected[i].step(optimizer, expected[i].w - 3, lr * rates[i], decay, step);
                    }
                }
                updates.step(weights, gradients, lr);
                for (int i = 0; i < COUNT; i++) {
                    assertThat((double) weights.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                            .as("weight %d after step %d", i, step)
                            .isCloseTo(expected[i].w, within(2e-5));
                }
            }
        }
    }

    @Test
    void keepsStateForWhatLearnsOnly() {
        try (Arena arena = Arena.ofConfined()) {
            List<Range> ranges = List.of(new Range(100, 3, 1, 1), new Range(200, 2, 1, 1));
            assertThat(Updates.of(Optimizer.sgd(LR), UpdateLoops.plain(), ranges, arena)
                            .bytes())
                    .isZero();
            assertThat(Updates.of(Optimizer.sgd(LR).momentum(0.9), UpdateLoops.plain(), ranges, arena)
                            .bytes())
                    .isEqualTo(5 * 4);
            assertThat(Updates.of(Optimizer.adam(LR, 0.9, 0.999, 1e-8), UpdateLoops.plain(), ranges, arena)
                            .bytes())
                    .isEqualTo(2 * 5 * 4);
        }
    }

    @Test
    void joinsNeighboursThatLearnAlike() {
        List<Parameter> parameters = List.of(
                parameter("a.weight", 6), parameter("a.bias", 2), parameter("b.weight", 8), parameter("b.bias", 3));
        Phase phase = Phase.phase(1, Optimizer.sgd(LR));
        assertThat(Range.of(parameters, phase, p -> true)).containsExactly(new Range(0, 19, 1, 1));
        assertThat(Range.of(
                        parameters,
                        phase.freeze("a.weight").group("b.*", 0.5, 1).group("**.bias", 0.5, 0),
                        p -> true))
                .containsExactly(new Range(6, 2, 0.5f, 0), new Range(8, 8, 0.5f, 1), new Range(16, 3, 0.25f, 0));
    }

    private static Parameter parameter(String path, int elements) {
        return new Parameter(path, Sizes.of(elements), Init.constant(0));
    }
}
