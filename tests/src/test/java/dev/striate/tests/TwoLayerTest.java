package dev.striate.tests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.striate.core.recipe.Data;
import dev.striate.core.recipe.Optimizer;
import dev.striate.core.recipe.Phase;
import dev.striate.core.recipe.Recipe;
import dev.striate.runtime.backend.Backends;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.data.Splits;
import dev.striate.runtime.train.Samples;
import dev.striate.runtime.train.Trainer;
import dev.striate.runtime.train.TrainingListener;
import dev.striate.runtime.train.TrainingResult;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import striate.models.mlp.TwoLayer;

/**
 * The first net of the course, 1000-100-10 on 64 random samples, against the twenty lines of NumPy that it is taught by,
 * written out in float64.
 */
class TwoLayerTest {
    private static final int SAMPLES = 64;
    private static final double RATE = 1e-4;
    private static final double PERCENT = 1e-2; // a relative 1e-4

    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu"})
    void theLossCurveBeginsAsThatOfTheReference(String backend) throws Exception {
        compare(backend, 50);
    }

    @Tag("slow")
    @Test
    void theLossCurveIsThatOfTheReferenceFor2000Steps() throws Exception {
        double[] losses = compare("cpu", 2000);
        assertThat(losses[1999]).isLessThan(losses[0] / 100);
    }

    /** Trains, and gives the losses of the reference, from which those of the net differ by a ten thousandth at most. */
    private static double[] compare(String backend, int steps) throws Exception {
        SplittableRandom random = new SplittableRandom(64);
        float[] x = Runs.normal(random, SAMPLES * 1000);
        float[] y = Runs.normal(random, SAMPLES * 10);
        MemorySet set = new MemorySet(
                "random",
                SAMPLES,
                List.of(Field.floats("x", 1000), Field.floats("y", 10)),
                List.of(MemorySet.floats(x), MemorySet.floats(y)));
        TwoLayer net = TwoLayer.init(1);
        double[] expected = reference(
                new Matrix(SAMPLES, 1000, x),
                new Matrix(SAMPLES, 10, y),
                new Matrix(100, 1000, net.weights().tensor("fc1.weight").toArray()).transposed(),
                new Matrix(10, 100, net.weights().tensor("fc2.weight").toArray()).transposed(),
                steps);
        Recipe recipe = Recipe.recipe("Course", Data.data("random", SAMPLES), Phase.phase(steps, Optimizer.sgd(RATE)));
        try (Trainer trainer =
                new Trainer(net, recipe, Samples.of(new Splits(set, set), recipe), Backends.byName(backend))) {
            TrainingResult result = trainer.fit(new TrainingListener() {});
            for (int step = 0; step < steps; step++) {
                assertThat(requireNonNull(result.epochs().get(step).get("error")))
                        .as("loss before step %d", step + 1)
                        .isCloseTo(expected[step], withinPercentage(PERCENT));
            }
        }
        return expected;
    }

    /** The loss before each step of gradient descent. */
    private static double[] reference(Matrix x, Matrix y, Matrix first, Matrix second, int steps) {
        Matrix w1 = first;
        Matrix w2 = second;
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++) {
            Matrix h = x.times(w1).map(v -> 1 / (1 + Math.exp(-v)));
            Matrix difference = h.times(w2).minus(y);
            losses[step] = difference.map(v -> v * v).sum();
            Matrix gradY = difference.map(v -> 2 * v);
            Matrix gradW2 = h.transposed().times(gradY);
            Matrix gradH = gradY.times(w2.transposed());
            Matrix gradW1 = x.transposed().times(gradH.product(h.map(v -> v * (1 - v))));
            w1 = w1.minus(gradW1.map(v -> RATE * v));
            w2 = w2.minus(gradW2.map(v -> RATE * v));
        }
        return losses;
    }
}
