package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.window.Rounding;
import dev.striate.runtime.backend.OneKernel.Operand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Random cases of kernels with an epilogue, and of what becomes of batch normalization there. */
final class FusionCases {
    /** What stands in training alone: normalization by the batch, and gradients. */
    private static final List<Class<? extends Kernel>> GRADIENTS = List.of(
            BatchNorm.class,
            BatchNormGradInput.class,
            ConvGradInput.class,
            FcGradInput.class,
            MaxPoolGrad.class,
            AvgPoolGrad.class);

    private FusionCases() {}

    static Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all() {
        Map<Class<? extends Kernel>, Function<SplittableRandom, OneKernel>> all = new LinkedHashMap<>();
        all.put(Fused.class, r -> {
            Sizes x = Sizes.of(r.nextInt(1, 4), 2 * r.nextInt(1, 4), r.nextInt(5, 40), r.nextInt(5, 40));
            return switch (r.nextInt(4)) {
                case 0 -> fused(r, Fc.fc(r.nextInt(1, 300)), Sizes.of(x.dim(0), x.elementsFrom(1)));
                case 1 ->
                    fused(r, ConvTranspose.convTranspose(r.nextInt(1, 5), 3, 2).stride(2, 1), x);
                case 2 -> {
                    Class<? extends Kernel> kind = GRADIENTS.get(r.nextInt(GRADIENTS.size()));
                    yield fused(
                            r, Objects.requireNonNull(KernelCases.ALL.get(kind)).apply(r));
                }
                default -> fused(r, conv(r), x);
            };
        });
        all.put(
                ChannelScale.class,
                r -> new OneKernel(ChannelScale.channelScale(r.nextInt(1, 40), 1e-5), List.of(), r.nextLong()));
        all.put(
                ChannelShift.class,
                r -> new OneKernel(
                        ChannelShift.channelShift(), List.of(Operand.random(r, 1, r.nextInt(1, 40))), r.nextLong()));
        return all;
    }

    private static Conv conv(SplittableRandom r) {
        Conv conv = Conv.conv(2 * r.nextInt(1, 5), r.nextInt(1, 4), r.nextInt(1, 4))
                .stride(r.nextInt(1, 3), 1)
                .round(Rounding.FLOOR)
                .groups(r.nextInt(1, 3));
        return r.nextBoolean() ? conv : conv.withoutBias();
    }

    private static OneKernel fused(SplittableRandom r, Kernel anchor, Sizes x) {
        return fused(r, OneKernel.of(anchor, Operand.random(r, x.toArray())));
    }

    private static OneKernel fused(SplittableRandom r, OneKernel anchor) {
        Sizes y = anchor.kernel()
                .output(anchor.data().stream().map(Operand::shape).toList());
        List<Operand> operands = new ArrayList<>(anchor.data());
        Kernel kernel = anchor.kernel();
        if (r.nextBoolean()) {
            kernel = kernel.then(Pointwise.affine());
            operands.add(Operand.random(r, 1, y.dim(1)));
            operands.add(Operand.random(r, 1, y.dim(1)));
        }
        if (r.nextBoolean()) {
            kernel = kernel.then(Pointwise.subtract(), r.nextInt(2));
            operands.add(Operand.random(r, y.toArray()));
        }
        kernel = kernel.then(r.nextBoolean() ? Pointwise.relu() : Pointwise.silu());
        return new OneKernel(kernel, operands, r.nextLong());
    }
}
