package dev.striate.runtime.backend;

import static dev.striate.core.kernel.ClassMetric.classMetric;
import static dev.striate.core.kernel.CrossEntropy.crossEntropy;
import static dev.striate.core.kernel.CrossEntropyGrad.crossEntropyGrad;
import static dev.striate.core.kernel.DistanceLoss.contrastive;
import static dev.striate.core.kernel.DistanceLoss.triplet;
import static dev.striate.core.kernel.DistanceLossGrad.distanceLossGrad;
import static dev.striate.core.kernel.ElementLoss.elementLoss;
import static dev.striate.core.kernel.ElementLossGrad.elementLossGrad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Running;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every backend does where a loss, metric or statistic has nothing to average, or very large numbers. */
class LossEdgesTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final ElementLoss BCE = elementLoss(ElementLoss.Kind.BINARY_CROSS_ENTROPY);
    private static final ElementLoss MSE = elementLoss(ElementLoss.Kind.MSE);

    static Stream<Backend> backends() {
        return Stream.of(Backends.reference(), Backends.cpu(1), Backends.cpu(2));
    }

    private static float[] run(Backend backend, Kernel kernel, Operand... operands) {
        return OneKernel.of(kernel, operands).run(backend);
    }

    private static Operand row(float... values) {
        return Operand.of(Sizes.of(1, values.length), values);
    }

    private static Operand one(float value) {
        return Operand.of(Sizes.SCALAR, value);
    }

    /** Of either sign. */
    private static void zeros(float... values) {
        for (float v : values) {
            assertThat(Math.abs(v)).isEqualTo(0);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void binaryCrossEntropyOfLargeLogitsIsFinite(Backend b) {
        Operand y = row(1e4f, -1e4f, 1e4f, -1e4f);
        Operand t = row(1, 0, 0, 1);
        assertThat(run(b, BCE, y, t)).containsExactly(5000);
        assertThat(run(b, elementLossGrad(BCE), one(4), y, t)).containsExactly(0, 0, 1, -1);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theLogarithmOfZeroIsMinusInfinity(Backend b) {
        assertThat(run(b, Pointwise.log(), row(0, 1))).containsExactly(-INFINITY, 0);
        CrossEntropy nll = crossEntropy().ofLogarithms();
        Operand logarithms = row(-INFINITY, 0);
        assertThat(run(b, nll, logarithms, Operand.labels(2, 0))).containsExactly(INFINITY);
        assertThat(run(b, nll, logarithms, Operand.labels(2, 1))).containsExactly(0);
        assertThat(run(b, crossEntropyGrad(nll), one(1), logarithms, Operand.labels(2, 0)))
                .containsExactly(-1, 0);
        // A probability of 0 adds nothing to a divergence.
        assertThat(run(b, elementLoss(ElementLoss.Kind.KL), row(0, -INFINITY), row(1, 0)))
                .containsExactly(0);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aLossOfIgnoredLabelsIsZero(Backend b) {
        Operand scores = Operand.of(Sizes.of(2, 2), 1, 2, 3, 4);
        Operand labels = Operand.labels(2, 1, 1);
        assertThat(run(b, crossEntropy().ignore(1), scores, labels)).containsExactly(0);
        zeros(run(b, crossEntropyGrad(crossEntropy().ignore(1)), one(1), scores, labels));
        for (ClassMetric.Kind kind : ClassMetric.Kind.values()) {
            assertThat(run(b, classMetric(kind).ignore(1), scores, labels)).containsOnly(0);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aLossOfWeightsThatAreZeroIsZero(Backend b) {
        Operand y = row(1, 2);
        assertThat(run(b, MSE, y, row(0, 0), row(0, 0))).containsExactly(0);
        zeros(run(b, elementLossGrad(MSE), one(1), y, row(0, 0), row(0, 0)));
        CrossEntropy loss = crossEntropy().weights(0, 1);
        assertThat(run(b, loss, y, Operand.labels(2, 0))).containsExactly(0);
        zeros(run(b, crossEntropyGrad(loss), one(1), y, Operand.labels(2, 0)));
        // What counts nothing may be infinite.
        assertThat(run(b, crossEntropy().ofLogarithms().weights(0, 1), row(-INFINITY, 0), Operand.labels(2, 0)))
                .containsExactly(0);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void weightsDivideByTheirSum(Backend b) {
        Operand y = Operand.of(Sizes.of(1, 2, 2), 1, 2, 3, 4);
        Operand weights = Operand.of(Sizes.of(1, 2, 1), 1, 3);
        assertThat(run(b, MSE, y, one(0), weights)).containsExactly((1 + 4 + 3 * 9 + 3 * 16) / 8f);
        assertThat(run(b, crossEntropy().ofLogarithms().weights(1, 3), row(-2, -4), Operand.labels(2, 1)))
                .containsExactly(4);
        Operand two = Operand.of(Sizes.of(2, 2), -2, -4, -2, -4);
        assertThat(run(b, crossEntropy().ofLogarithms().weights(1, 3), two, Operand.labels(2, 0, 1)))
                .containsExactly((2 + 3 * 4) / 4f);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aWrongLabelIsNamedInWeightedLossesAndMetrics(Backend b) {
        Operand scores = row(1, 2);
        Operand label = Operand.labels(2, 7);
        CrossEntropy weighted = crossEntropy().weights(1, 2);
        for (Kernel kernel : new Kernel[] {weighted, classMetric(ClassMetric.Kind.F1)}) {
            assertThatThrownBy(() -> run(b, kernel, scores, label)).hasMessageContaining("the label of sample 0 is 7");
        }
        assertThatThrownBy(() -> run(b, crossEntropyGrad(weighted), one(1), scores, label))
                .hasMessageContaining("the label of sample 0 is 7");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void distancesOfEqualValuesHaveNoDirection(Backend b) {
        Operand a = row(1, 2);
        Operand same = Operand.of(Sizes.of(1), 0);
        assertThat(run(b, contrastive(2), a, a, same)).containsExactly(2);
        zeros(run(b, distanceLossGrad(contrastive(2), 0), one(1), a, a, same));
        assertThat(run(b, distanceLossGrad(contrastive(2), 2), one(1), a, a, same))
                .containsExactly(-2);
        assertThat(run(b, triplet(1), a, a, a)).containsExactly(1);
        zeros(run(b, distanceLossGrad(triplet(1), 1), one(1), a, a, a));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void metricsOfClassesAverageOverThoseThatOccur(Backend b) {
        // Labels 0 0 1, predictions 0 1 1; class 2 occurs nowhere, and of equal scores the lower class is predicted.
        Operand scores = Operand.of(Sizes.of(3, 3), 5, 5, 5, 0, 1, 0, 0, 1, 0);
        Operand labels = Operand.labels(3, 0, 0, 1);
        assertThat(run(b, classMetric(ClassMetric.Kind.MEAN_IOU), scores, labels))
                .containsExactly(0.5f);
        assertThat(run(b, classMetric(ClassMetric.Kind.PRECISION), scores, labels))
                .containsExactly(0.75f);
        assertThat(run(b, classMetric(ClassMetric.Kind.RECALL), scores, labels)).containsExactly(0.75f);
        assertThat(run(b, classMetric(ClassMetric.Kind.F1), scores, labels))
                .containsExactly(new float[] {2 / 3f}, within(1e-6f));
        assertThat(run(b, classMetric(ClassMetric.Kind.CONFUSION), scores, labels))
                .containsExactly(1, 1, 0, 0, 1, 0, 0, 0, 0);
        assertThat(run(b, classMetric(ClassMetric.Kind.CONFUSION).ignore(0), scores, labels))
                .containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0);
        // A class that is only meant has the precision 0, and one that is only predicted the recall 0.
        Operand wrong = Operand.labels(3, 2);
        assertThat(run(b, classMetric(ClassMetric.Kind.PRECISION), row(1, 0, 0), wrong))
                .containsExactly(0);
        assertThat(run(b, classMetric(ClassMetric.Kind.RECALL), row(1, 0, 0), wrong))
                .containsExactly(0);
        assertThat(run(b, classMetric(ClassMetric.Kind.RECALL), row(Float.NaN, -1, -2), Operand.labels(3, 1)))
                .containsExactly(1);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theNormOfNothingIsZeroAndPassesNothingOn(Backend b) {
        Operand x = Operand.of(Sizes.of(1, 1, 1, 2), 0, 0);
        Pool pool = Pool.l2Pool(1, 2);
        assertThat(run(b, pool, x)).containsExactly(0);
        Operand g = Operand.of(Sizes.of(1, 1, 1, 1), 3);
        Operand y = Operand.of(Sizes.of(1, 1, 1, 1), 0);
        zeros(run(b, L2PoolGrad.l2PoolGrad(pool), g, x, y));
        // In the corners all of the window is padding.
        assertThat(run(b, Pool.l2Pool(1, 1).pad(1), Operand.of(Sizes.of(1, 1, 1, 1), -7)))
                .containsExactly(0, 0, 0, 0, 7, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aBatchOfOneHasNoVariance(Backend b) {
        Operand x = row(3, -4);
        assertThat(run(b, ChannelMoments.channelMoments(), x)).containsExactly(3, -4, 0, 0);
        Operand moments = Operand.of(Sizes.of(2, 2), 3, -4, 0, 0);
        // Only the bias is left.
        OneKernel normalized = OneKernel.of(BatchNorm.batchNorm(1e-5).withBatch(), x, moments);
        assertThat(normalized.run(b)).containsExactly(normalized.weight(1));
        assertThat(run(b, Running.running(0.5).varianceOf(1), Operand.of(Sizes.of(2), 1, 1), moments))
                .containsExactly(0.5f, 0.5f);
    }
}
