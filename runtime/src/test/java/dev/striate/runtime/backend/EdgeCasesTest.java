package dev.striate.runtime.backend;

import static dev.striate.core.kernel.AvgPoolGrad.avgPoolGrad;
import static dev.striate.core.kernel.CrossEntropy.crossEntropy;
import static dev.striate.core.kernel.CrossEntropyGrad.crossEntropyGrad;
import static dev.striate.core.kernel.Dropout.dropout;
import static dev.striate.core.kernel.MaxPoolGrad.maxPoolGrad;
import static dev.striate.core.kernel.OneHot.oneHot;
import static dev.striate.core.kernel.Pointwise.gradient;
import static dev.striate.core.kernel.Pointwise.relu;
import static dev.striate.core.kernel.Pointwise.sigmoid;
import static dev.striate.core.kernel.Pointwise.tanh;
import static dev.striate.core.kernel.Pool.avgPool;
import static dev.striate.core.kernel.Pool.maxPool;
import static dev.striate.core.kernel.Softmax.softmax;
import static dev.striate.core.kernel.TopK.topK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every backend does at the edges: ties, padding, NaN, large numbers, wrong labels. */
class EdgeCasesTest {
    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    static Stream<Backend> backends() {
        return Stream.of(Backends.reference(), Backends.cpu(1), Backends.cpu(2));
    }

    private static float[] run(Backend backend, Kernel kernel, Operand... operands) {
        return OneKernel.of(kernel, operands).run(backend);
    }

    private static Operand map(int h, int w, float... values) {
        return Operand.of(Sizes.of(1, 1, h, w), values);
    }

    private static Operand row(float... values) {
        return Operand.of(Sizes.of(1, values.length), values);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theFirstOfEqualMaximaGetsTheGradient(Backend b) {
        assertThat(run(b, maxPoolGrad(maxPool(2, 2)), map(1, 1, 5), map(2, 2, 3, 7, 7, 7)))
                .containsExactly(0, 5, 0, 0);
        assertThat(run(b, maxPoolGrad(maxPool(1, 2).stride(1, 1)), map(1, 2, 1, 10), map(1, 3, 4, 4, 4)))
                .containsExactly(1, 10, 0);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aMaximumOfMinusInfinitiesIsAnElement(Backend b) {
        Pool pool = maxPool(1, 2).pad(1).stride(1, 2).round(Rounding.FLOOR);
        float[] gradient = run(b, maxPoolGrad(pool), map(3, 2, 0, 0, 1, 2, 0, 0), map(1, 2, -INFINITY, -INFINITY));
        assertThat(gradient).containsExactly(1, 2);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void nanIsTheMaximum(Backend b) {
        assertThat(run(b, maxPool(2, 2), map(2, 2, 1, NAN, 9, NAN))).containsExactly(NAN);
        assertThat(run(b, maxPoolGrad(maxPool(2, 2)), map(1, 1, 5), map(2, 2, 1, NAN, 9, NAN)))
                .containsExactly(0, 5, 0, 0);
        assertThat(run(b, relu(), row(NAN, -1, 2))).containsExactly(NAN, 0, 2);
        assertThat(run(b, gradient(relu()), row(3, 3, 3, 3), row(NAN, 0, 2, INFINITY)))
                .containsExactly(0, 0, 3, 3);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void windowsInThePaddingAreMinusInfinityOrZero(Backend b) {
        Operand x = map(1, 1, 7);
        assertThat(run(b, maxPool(1, 1).pad(1), x)).containsExactly(padded(-INFINITY));
        assertThat(run(b, avgPool(1, 1).pad(1), x)).containsExactly(padded(0));
        Operand gradient = map(3, 3, 1, 1, 1, 1, 5, 1, 1, 1, 1);
        assertThat(run(b, maxPoolGrad(maxPool(1, 1).pad(1)), gradient, x)).containsExactly(5);
        assertThat(run(b, avgPoolGrad(avgPool(1, 1).pad(1), 1, 1, 1, 1), gradient))
                .containsExactly(5);
    }

    private static float[] padded(float around) {
        float[] values = new float[9];
        Arrays.fill(values, around);
        values[4] = 7;
        return values;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void anAverageCountsThePaddingOnlyIfSaid(Backend b) {
        Operand x = map(2, 2, 4, 8, 12, 16);
        assertThat(run(b, avgPool(2, 2).pad(1), x)).containsExactly(4, 8, 12, 16);
        assertThat(run(b, avgPool(2, 2).pad(1).countPadding(), x)).containsExactly(1, 2, 3, 4);
        // Rounding up: the second window reaches one column past the edge, where nothing counts.
        Pool up = avgPool(1, 2).round(Rounding.CEIL);
        assertThat(run(b, up, map(1, 3, 2, 4, 6))).containsExactly(3, 6);
        assertThat(run(b, up.countPadding(), map(1, 3, 2, 4, 6))).containsExactly(3, 6);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void largeScoresDoNotOverflow(Backend b) {
        Operand scores = Operand.of(Sizes.of(2, 3), 1e4f, 0, -1e4f, -1e4f, -1e4f, -1e4f);
        Operand labels = Operand.labels(3, 2, 0);
        assertThat(run(b, softmax(), scores))
                .containsExactly(new float[] {1, 0, 0, 1f / 3, 1f / 3, 1f / 3}, within(1e-6f));
        float[] loss = run(b, crossEntropy(), scores, labels);
        assertThat(loss[0]).isCloseTo((float) (2e4 + Math.log(3)) / 2, within(1e-2f));
        assertThat(run(b, crossEntropyGrad(), Operand.of(Sizes.SCALAR, 2), scores, labels))
                .containsExactly(new float[] {1, 0, -1, -2f / 3, 1f / 3, 1f / 3}, within(1e-6f));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theGradientNearCertaintyIsNotLost(Backend b) {
        float[] g = run(b, crossEntropyGrad(), Operand.of(Sizes.SCALAR, 1), row(20, 0), Operand.labels(2, 0));
        double other = 1 / (1 + Math.exp(20));
        assertThat(g[0] / -other).isCloseTo(1, within(1e-5));
        assertThat(g[1] / other).isCloseTo(1, within(1e-5));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aMaskedScoreHasNoProbability(Backend b) {
        assertThat(run(b, softmax(), row(0, -INFINITY, 0))).containsExactly(0.5f, 0, 0.5f);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void activationsSaturate(Backend b) {
        assertThat(run(b, tanh(), row(1e9f, -1e9f, INFINITY, -INFINITY, NAN, 0)))
                .containsExactly(1, -1, 1, -1, NAN, 0);
        assertThat(run(b, sigmoid(), row(1e9f, -1e9f, INFINITY, -INFINITY, NAN, 0)))
                .containsExactly(new float[] {1, 0, 1, 0, NAN, 0.5f}, within(1e-30f));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void topKCountsTheLowerIndexAsLarger(Backend b) {
        Operand tie = Operand.of(Sizes.of(3, 3), 5, 5, 5, 5, 5, 5, 5, 5, 5);
        assertThat(run(b, topK(1), tie, Operand.labels(3, 0, 1, 2))).containsExactly(1f / 3);
        assertThat(run(b, topK(2), tie, Operand.labels(3, 0, 1, 2))).containsExactly(2f / 3);
        assertThat(run(b, topK(1), row(1, NAN), Operand.labels(2, 0))).containsExactly(1);
        assertThat(run(b, topK(2), row(1, NAN), Operand.labels(2, 1))).containsExactly(0);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aWrongLabelIsNamedAndReadsNothing(Backend b) {
        Operand scores = Operand.of(Sizes.of(3, 2), 1, 2, 3, 4, 5, 6);
        for (int wrong : new int[] {2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            Operand labels = Operand.labels(2, 0, wrong, wrong);
            String message = "kernel.cnn:2: step: the label of sample 1 is " + wrong
                    + ", but the 2 classes are numbered from 0 to 1";
            assertThatThrownBy(() -> run(b, crossEntropy(), scores, labels))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> run(b, crossEntropyGrad(), Operand.of(Sizes.SCALAR, 1), scores, labels))
                    .hasMessage(message);
            assertThatThrownBy(() -> run(b, topK(1), scores, labels)).hasMessage(message);
            assertThatThrownBy(() -> run(b, oneHot(2), labels)).hasMessage(message);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void dropoutKeepsTheMeanAndDropsTheSameInTheGradient(Backend b) {
        float[] ones = new float[40_000];
        Arrays.fill(ones, 1);
        float[] once = run(b, dropout(0.3, "drop1"), row(ones));
        assertThat(once).containsOnly(0, (float) (1 / 0.7));
        double mean = 0;
        for (float v : once) {
            mean += v / ones.length;
        }
        assertThat(mean).isCloseTo(1, within(0.02)); // five standard deviations are 0.017
        assertThat(run(b, dropout(0.3, "drop1"), row(ones))).isEqualTo(once);
        assertThat(run(b, dropout(0.3, "drop2"), row(ones))).isNotEqualTo(once);
        assertThat(run(b, dropout(0, "drop1"), row(ones))).isEqualTo(ones);
    }
}
