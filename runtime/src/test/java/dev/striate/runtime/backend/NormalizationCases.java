package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradWeight;
import dev.striate.core.kernel.ChannelMean;
import dev.striate.core.kernel.ChannelVariance;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Running;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Random cases of normalization. */
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
                    : new OneKernel(norm.withBatch(), List.of(x, channels(r, x), variance(r, x)), r.nextLong());
        });
        all.put(BatchNormGradInput.class, r -> {
            BatchNorm norm = BatchNorm.batchNorm(EPS);
            Operand g = KernelCases.map(r);
            return r.nextBoolean()
                    ? OneKernel.of(BatchNormGradInput.batchNormGradInput(norm), g, channels(r, g), variance(r, g))
                    : OneKernel.of(BatchNormGradInput.batchNormGradInput(norm.withBatch()), ofBatch(r, g));
        });
        all.put(BatchNormGradWeight.class, r -> {
            Operand g = KernelCases.map(r);
            return OneKernel.of(
                    BatchNormGradWeight.batchNormGradWeight(EPS), g, like(r, g), channels(r, g), variance(r, g));
        });
        all.put(ChannelMean.class, r -> OneKernel.of(ChannelMean.channelMean(), KernelCases.map(r)));
        all.put(ChannelVariance.class, r -> {
            Operand x = KernelCases.map(r);
            return OneKernel.of(ChannelVariance.channelVariance(), x, channels(r, x));
        });
        all.put(Running.class, r -> {
            Operand running = Operand.random(r, 1 + r.nextInt(50));
            Running kernel = Running.running(r.nextDouble());
            return OneKernel.of(
                    r.nextBoolean() ? kernel : kernel.varianceOf(1 + r.nextInt(9)), running, like(r, running));
        });
        return all;
    }

    private static Operand[] ofBatch(SplittableRandom r, Operand g) {
        List<Operand> operands = new ArrayList<>(List.of(g, like(r, g), channels(r, g), variance(r, g)));
        for (int i = 0; i < 3; i++) {
            operands.add(channels(r, g));
        }
        return operands.toArray(Operand[]::new);
    }

    private static Operand like(SplittableRandom r, Operand x) {
        return Operand.random(r, x.shape().toArray());
    }

    private static Operand channels(SplittableRandom r, Operand x) {
        return Operand.random(r, x.shape().dim(1));
    }

    private static Operand variance(SplittableRandom r, Operand x) {
        float[] values = channels(r, x).floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return Operand.of(Sizes.of(values.length), values);
    }
}
