package dev.striate.runtime.simd;

import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Prelu;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Unfused;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.backend.cpu.CpuKernels;

/** The SIMD kernels of the CPU backend. */
public final class SimdKernels implements CpuKernels {
    private static final String MODULE = "jdk.incubator.vector";

    /** For {@link java.util.ServiceLoader}. */
    public SimdKernels() {}

    @Override
    public String whyNot() {
        String width = System.getProperty(Simd.WIDTH, "");
        return switch (width) {
            case "off" -> "-Dstriate.simd=off turns them off";
            case "", "128", "256", "512" ->
                ModuleLayer.boot().findModule(MODULE).isPresent() ? "" : "start java with --add-modules " + MODULE;
            default -> "-Dstriate.simd must be 128, 256, 512 or off, not " + width;
        };
    }

    @Override
    public String description() {
        return "SIMD of " + 8 * Simd.BYTES + " bits";
    }

    @Override
    public void addTo(KernelTable table, Cpu cpu) {
        Elementwise elementwise = new Elementwise(cpu);
        KernelFactory<Fused> rows = table.get(Fused.class);
        table.add(Fused.class, new Unfused(table));
        addPooling(table, cpu, rows);
        addBatchNorm(table, cpu, rows);
        SimdConv conv = new SimdConv(cpu);
        table.copies(new Relayout(cpu)::bind)
                .add(Conv.class, conv)
                .add(Fused.class, conv.fused())
                .add(ConvGradInput.class, new SimdConvGradInput(cpu))
                .add(Pointwise.class, elementwise)
                .add(Prelu.class, new Elementwise.OfPrelu(elementwise));
    }

    private static void addPooling(KernelTable table, Cpu cpu, KernelFactory<Fused> rows) {
        BlockPooling pooling = new BlockPooling(cpu);
        BlockKernel<MaxPoolGrad> maxGradient = new BlockKernel<>(
                (kernel, operands, result, now) -> pooling.layout(kernel.pool(), result, operands, result, now),
                (kernel, operands) -> 0L,
                pooling::maxGradient);
        add(table, MaxPoolGrad.class, maxGradient);
        table.add(Fused.class, new FusedBlocks<>(cpu, MaxPoolGrad.class, maxGradient, rows));
        add(
                table,
                Pool.class,
                BlockKernel.of(
                        (kernel, operands, result, now) ->
                                pooling.layout(kernel, operands.getFirst(), operands, result, now),
                        pooling::forward));
        add(
                table,
                AvgPoolGrad.class,
                BlockKernel.of(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        pooling::averageGradient));
        add(
                table,
                L2PoolGrad.class,
                BlockKernel.of(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now), pooling::normGradient));
    }

    private static void addBatchNorm(KernelTable table, Cpu cpu, KernelFactory<Fused> rows) {
        BlockBatchNorm norm = new BlockBatchNorm(cpu);
        BlockKernel<BatchNorm> forward = new BlockKernel<>(
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                (kernel, operands) -> BlockBatchNorm.forwardBytes(operands.getFirst()),
                norm::forward);
        add(table, BatchNorm.class, forward);
        table.add(Fused.class, new FusedBlocks<>(cpu, BatchNorm.class, forward, rows));
        BlockKernel<BatchNormGradInput> gradient = new BlockKernel<>(
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                (kernel, operands) -> BlockBatchNorm.inputGradientBytes(operands.getFirst()),
                norm::inputGradient);
        add(table, BatchNormGradInput.class, gradient);
        table.add(Fused.class, new FusedBlocks<>(cpu, BatchNormGradInput.class, gradient, rows));
        add(
                table,
                BatchNormGradSums.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) -> BlockBatchNorm.gradientSumsBytes(operands.getFirst()),
                        (kernel, o, epilogue) -> norm.gradientSums(kernel, o)));
        add(
                table,
                ChannelMoments.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) ->
                                BlockSums.of(operands.getFirst(), 2).bytes(),
                        (kernel, o, epilogue) -> norm.moments(kernel, o)));
        add(
                table,
                ChannelSum.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) ->
                                BlockSums.of(operands.getFirst(), 1).bytes(),
                        (kernel, o, epilogue) -> norm.channelSum(kernel, o)));
    }

    /** Adds a kernel in blocks before the one that there is. */
    private static <K extends Kernel> void add(KernelTable table, Class<K> kind, BlockKernel<K> kernel) {
        table.add(kind, kernel.or(table.get(kind)));
    }
}
