package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ClassMetric;
import dev.striate.core.kernel.CrossEntropy;
import dev.striate.core.kernel.CrossEntropyGrad;
import dev.striate.core.kernel.DistanceLoss;
import dev.striate.core.kernel.DistanceLossGrad;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.OneHot;
import dev.striate.core.kernel.Quadratic;
import dev.striate.core.kernel.QuadraticGrad;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import dev.striate.core.kernel.TopK;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Random cases of losses and metrics. */
final class LossCases {
    private LossCases() {}

    static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put(Softmax.class, r -> OneKernel.of(Softmax.softmax(), KernelCases.map(r)));
        all.put(SoftmaxGrad.class, r -> {
            Operand g = KernelCases.map(r);
            return OneKernel.of(
                    SoftmaxGrad.softmaxGrad(), g, Operand.random(r, g.shape().toArray()));
        });
        all.put(LogSoftmax.class, r -> OneKernel.of(LogSoftmax.logSoftmax(), KernelCases.map(r)));
        all.put(LogSoftmaxGrad.class, r -> {
            Operand g = KernelCases.map(r);
            return OneKernel.of(
                    LogSoftmaxGrad.logSoftmaxGrad(),
                    g,
                    Operand.random(r, g.shape().toArray()));
        });
        all.put(CrossEntropy.class, r -> scores(r, (x, label) -> OneKernel.of(crossEntropy(r, x), x, label)));
        all.put(
                CrossEntropyGrad.class,
                r -> scores(
                        r,
                        (x, label) -> OneKernel.of(
                                CrossEntropyGrad.crossEntropyGrad(crossEntropy(r, x)),
                                Operand.of(Sizes.SCALAR, 0.7f),
                                x,
                                label)));
        all.put(TopK.class, r -> scores(r, (x, label) -> OneKernel.of(TopK.topK(KernelCases.size(r, 4)), x, label)));
        all.put(OneHot.class, r -> {
            int classes = KernelCases.size(r, 50);
            return OneKernel.of(OneHot.oneHot(classes), Operand.randomLabels(r, KernelCases.batch(r), classes));
        });
        all.put(ElementLoss.class, r -> {
            Operand y = KernelCases.map(r);
            return r.nextBoolean()
                    ? OneKernel.of(elementLoss(r), y, target(r, y))
                    : OneKernel.of(elementLoss(r), y, target(r, y), weights(r, y));
        });
        all.put(ElementLossGrad.class, r -> {
            Operand y = KernelCases.map(r);
            ElementLossGrad gradient = ElementLossGrad.elementLossGrad(elementLoss(r));
            gradient = r.nextBoolean() ? gradient : gradient.byTarget();
            Operand incoming = Operand.of(Sizes.SCALAR, 0.7f);
            return r.nextBoolean()
                    ? OneKernel.of(gradient, incoming, y, target(r, y))
                    : OneKernel.of(gradient, incoming, y, target(r, y), weights(r, y));
        });
        all.put(ClassMetric.class, r -> {
            ClassMetric.Kind[] kinds = ClassMetric.Kind.values();
            ClassMetric metric = ClassMetric.classMetric(kinds[r.nextInt(kinds.length)]);
            return scores(r, (x, label) -> OneKernel.of(r.nextBoolean() ? metric : metric.ignore(0), x, label));
        });
        all.put(DistanceLoss.class, r -> distances(r, (loss, x) -> OneKernel.of(loss, x)));
        all.put(
                DistanceLossGrad.class,
                r -> distances(r, (loss, x) -> {
                    Operand incoming = Operand.of(Sizes.SCALAR, 0.7f);
                    DistanceLossGrad gradient = DistanceLossGrad.distanceLossGrad(loss, r.nextInt(3));
                    return OneKernel.of(gradient, incoming, x[0], x[1], x[2]);
                }));
        all.put(Quadratic.class, r -> {
            Operand y = KernelCases.map(r);
            return OneKernel.of(
                    Quadratic.quadratic(), y, Operand.random(r, y.shape().toArray()));
        });
        all.put(QuadraticGrad.class, r -> {
            Operand y = KernelCases.map(r);
            return OneKernel.of(
                    QuadraticGrad.quadraticGrad(),
                    Operand.of(Sizes.SCALAR, 1.3f),
                    y,
                    Operand.random(r, y.shape().toArray()));
        });
        return all;
    }

    private static ElementLoss elementLoss(SplittableRandom r) {
        ElementLoss.Kind[] kinds = ElementLoss.Kind.values();
        ElementLoss.Kind kind = kinds[r.nextInt(kinds.length)];
        return kind == ElementLoss.Kind.SMOOTH_L1 ? ElementLoss.smoothL1(0.5) : ElementLoss.elementLoss(kind);
    }

    /** Positive numbers, as probabilities are; sometimes one for all. */
    private static Operand target(SplittableRandom r, Operand y) {
        float[] values = new float[r.nextInt(4) == 0 ? 1 : y.shape().elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) r.nextDouble();
        }
        return Operand.of(values.length == 1 ? Sizes.SCALAR : y.shape(), values);
    }

    private interface WithScores {
        OneKernel make(Operand scores, Operand label);
    }

    private static OneKernel scores(SplittableRandom r, WithScores with) {
        int batch = KernelCases.batch(r);
        int classes = KernelCases.size(r, 50);
        return with.make(Operand.random(r, batch, classes), Operand.randomLabels(r, batch, classes));
    }

    /** With classes that do not count or count otherwise. */
    private static CrossEntropy crossEntropy(SplittableRandom r, Operand x) {
        CrossEntropy loss = CrossEntropy.crossEntropy().smoothing(r.nextBoolean() ? 0 : 0.1);
        loss = r.nextInt(3) == 0 ? loss.ignore(0) : loss;
        loss = r.nextInt(3) == 0 ? loss.ofLogarithms() : loss;
        return r.nextInt(3) == 0
                ? loss.weights(r.doubles(x.shape().dim(1), 0, 2).toArray())
                : loss;
    }

    /** Positive numbers, sometimes repeated along axes of the compared value. */
    private static Operand weights(SplittableRandom r, Operand y) {
        Sizes shape = Sizes.of(KernelCases.meeting(r, y.shape().toArray()));
        float[] values = new float[shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) r.nextDouble();
        }
        return Operand.of(shape, values);
    }

    private interface WithDistances {
        OneKernel make(DistanceLoss loss, Operand... operands);
    }

    private static OneKernel distances(SplittableRandom r, WithDistances with) {
        int[] shape = {KernelCases.batch(r), KernelCases.size(r, 300)};
        Operand a = Operand.random(r, shape);
        Operand b = Operand.random(r, shape);
        return r.nextBoolean()
                ? with.make(DistanceLoss.triplet(1), a, b, Operand.random(r, shape))
                : with.make(DistanceLoss.contrastive(30), a, b, Operand.random(r, shape[0]));
    }
}
