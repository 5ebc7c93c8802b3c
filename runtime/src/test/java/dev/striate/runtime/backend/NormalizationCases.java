package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.GaussianNoise;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Row;
import dev.striate.core.kernel.Running;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Random cases of normalization, of pooling along lines, and of noise. */
final class NormalizationCases {
    private static final double EPS = 1e-3;

    private NormalizationCases() {}

    static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put(BatchNorm.class, r -> {
            BatchNorm norm = BatchNorm.batchNorm(EPS);
            Operand x = KernelCases.map(r);
            return r.nextBoolean()
                    ? new OneKernel(norm, List.of(x), r.nextLong())
                    : new OneKernel(norm.withBatch(), List.of(x, moments(r, x)), r.nextLong());
        });
        all.put(BatchNormGradInput.class, r -> {
            BatchNorm norm = BatchNorm.batchNorm(EPS);
            Operand g = KernelCases.map(r);
            return r.nextBoolean()
                    ? OneKernel.of(BatchNormGradInput.batchNormGradInput(norm), g, channels(r, g), variance(r, g))
                    : OneKernel.of(BatchNormGradInput.batchNormGradInput(norm.withBatch()), ofBatch(r, g));
        });
        all.put(BatchNormGradSums.class, r -> {
            BatchNorm norm = BatchNorm.batchNorm(EPS);
            Operand g = KernelCases.map(r);
            return r.nextBoolean()
                    ? OneKernel.of(
                            BatchNormGradSums.batchNormGradSums(norm), g, like(r, g), channels(r, g), variance(r, g))
                    : OneKernel.of(BatchNormGradSums.batchNormGradSums(norm.withBatch()), g, like(r, g), moments(r, g));
        });
        all.put(ChannelMoments.class, r -> OneKernel.of(ChannelMoments.channelMoments(), KernelCases.map(r)));
        all.put(Row.class, r -> {
            Operand rows = grouped(r);
            return OneKernel.of(Row.row(r.nextInt(rows.shape().dim(0))), rows);
        });
        all.put(Running.class, r -> {
            Operand running = Operand.random(r, 1 + r.nextInt(50));
            Running kernel = Running.running(r.nextDouble());
            return OneKernel.of(
                    r.nextBoolean() ? kernel : kernel.varianceOf(1 + r.nextInt(9)),
                    running,
                    Operand.random(r, 2, running.shape().dim(0)));
        });
        all.put(Norm.class, r -> new OneKernel(norm(r), List.of(grouped(r)), r.nextLong()));
        all.put(NormGradInput.class, r -> {
            Operand g = grouped(r);
            return OneKernel.of(NormGradInput.normGradInput(norm(r)), g, like(r, g), channels(r, g));
        });
        all.put(NormGradWeight.class, r -> {
            Operand g = grouped(r);
            return OneKernel.of(NormGradWeight.normGradWeight(norm(r)), g, like(r, g));
        });
        all.put(L2Normalize.class, r -> OneKernel.of(L2Normalize.l2Normalize(1e-12), KernelCases.map(r)));
        all.put(L2NormalizeGrad.class, r -> {
            Operand g = KernelCases.map(r);
            return OneKernel.of(L2NormalizeGrad.l2NormalizeGrad(r.nextDouble()), g, like(r, g));
        });
        all.put(Lrn.class, r -> OneKernel.of(lrn(r), KernelCases.map(r)));
        all.put(LrnGrad.class, r -> {
            Operand g = KernelCases.map(r);
            return OneKernel.of(LrnGrad.lrnGrad(lrn(r)), g, like(r, g));
        });
        all.put(LinePool.class, r -> OneKernel.of(linePool(r), grouped(r)));
        all.put(LinePoolGrad.class, r -> {
            LinePool pool = linePool(r);
            Operand x = grouped(r);
            Operand g = Operand.random(r, pool.output(List.of(x.shape())).toArray());
            return OneKernel.of(LinePoolGrad.linePoolGrad(pool), g, x);
        });
        all.put(
                GaussianNoise.class,
                r -> OneKernel.of(GaussianNoise.gaussianNoise(r.nextDouble(), "noise1"), KernelCases.map(r)));
        return all;
    }

    private static Norm norm(SplittableRandom r) {
        return switch (r.nextInt(3)) {
            case 0 -> Norm.layerNorm(EPS);
            case 1 -> Norm.groupNorm(1 + r.nextInt(3), EPS);
            default -> Norm.instanceNorm(EPS);
        };
    }

    private static Lrn lrn(SplittableRandom r) {
        return Lrn.lrn(1 + r.nextInt(7), 0.5, 0.75, 1);
    }

    private static LinePool linePool(SplittableRandom r) {
        return switch (r.nextInt(4)) {
            case 0 -> LinePool.globalAvgPool();
            case 1 -> LinePool.globalMaxPool();
            case 2 -> LinePool.maxout(1 + r.nextInt(3));
            default -> LinePool.channelL2Pool(1 + r.nextInt(3));
        };
    }

    /** A feature map whose channels fall into groups of 1, 2 and 3. */
    private static Operand grouped(SplittableRandom r) {
        return Operand.random(r, 1 + r.nextInt(4), 6 * (1 + r.nextInt(3)), 1 + r.nextInt(40), 1 + r.nextInt(40));
    }

    private static Operand[] ofBatch(SplittableRandom r, Operand g) {
        Operand sums = Operand.random(r, 2, g.shape().dim(1));
        return new Operand[] {g, like(r, g), moments(r, g), channels(r, g), sums};
    }

    private static Operand like(SplittableRandom r, Operand x) {
        return Operand.random(r, x.shape().toArray());
    }

    private static Operand channels(SplittableRandom r, Operand x) {
        return Operand.random(r, x.shape().dim(1));
    }

    /** Means, then variances, which are positive. */
    private static Operand moments(SplittableRandom r, Operand x) {
        int channels = x.shape().dim(1);
        float[] values = Operand.random(r, 2, channels).floats();
        for (int i = channels; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return Operand.of(Sizes.of(2, channels), values);
    }

    private static Operand variance(SplittableRandom r, Operand x) {
        float[] values = channels(r, x).floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return Operand.of(Sizes.of(values.length), values);
    }
}
