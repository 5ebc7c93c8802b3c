package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.Dropout;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.Slice;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Unfused;
import dev.striate.runtime.backend.cpu.Cpu;
import java.util.List;

/** Adds what there is in blocks of channels beside products; what is in rows stays with the kernels that do it now. */
final class BlockKernels {
    private final KernelTable table;
    private final Cpu cpu;
    /** Does fused kernels in rows. */
    private final KernelFactory<Fused> rows;

    /** For a table that has all kernels in rows and no others. */
    BlockKernels(KernelTable table, Cpu cpu) {
        this.table = table;
        this.cpu = cpu;
        rows = table.get(Fused.class);
    }

    /** Adds all. */
    void add() {
        table.add(Fused.class, new Unfused(table));
        addPooling();
        addWholeMaps();
        addBatchNorm();
        addSums();
        addDepthwise();
        addBoxes();
        addOthers();
    }

    private void addPooling() {
        BlockPooling pooling = new BlockPooling(cpu);
        addWithEpilogue(
                MaxPoolGrad.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> pooling.layout(kernel.pool(), result, operands, result, now),
                        (kernel, operands) -> 0L,
                        pooling::maxGradient));
        table.add(Pool.class, new RowPooling(cpu, table.get(Pool.class)));
        add(
                Pool.class,
                (kernel, operands, result, now) -> pooling.layout(kernel, operands.getFirst(), operands, result, now),
                pooling::forward);
        RowPoolGradient average = new RowPoolGradient(cpu, table.get(AvgPoolGrad.class));
        table.add(AvgPoolGrad.class, average);
        addWithEpilogue(
                AvgPoolGrad.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) -> 0L,
                        pooling::averageGradient),
                new RowPoolGradient.WithEpilogue(average, rows));
        add(
                L2PoolGrad.class,
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                pooling::normGradient);
    }

    private void addWholeMaps() {
        WholeMaps maps = new WholeMaps(cpu);
        add(
                LinePool.class,
                (kernel, operands, result, now) ->
                        WholeMaps.isOfMaps(kernel, operands.getFirst()) ? WholeMaps.numbers(now) : Layout.plain(1),
                maps::pool);
        add(
                Reduce.class,
                (kernel, operands, result, now) ->
                        WholeMaps.isOfMaps(kernel, operands.getFirst()) ? WholeMaps.numbers(now) : Layout.plain(1),
                maps::reduce);
        add(
                LinePoolGrad.class,
                (kernel, operands, result, now) -> WholeMaps.isOfMaps(kernel.pool(), result) && now.get(1) == LANES
                        ? new Layout(List.of(1, LANES), LANES)
                        : Layout.plain(2),
                maps::poolGradient);
        add(
                Expand.class,
                (kernel, operands, result, now) -> WholeMaps.fillsBlocks(operands.getFirst(), result)
                        ? new Layout(List.of(1), LANES)
                        : Layout.plain(1),
                maps::expand);
        add(
                AdaptiveAvgPool.class,
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                maps::adaptive);
        add(
                AdaptiveAvgPoolGrad.class,
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                maps::adaptiveGradient);
    }

    private void addBatchNorm() {
        BlockBatchNorm norm = new BlockBatchNorm(cpu);
        addWithEpilogue(
                BatchNorm.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) -> BlockBatchNorm.forwardBytes(operands.getFirst()),
                        norm::forward));
        addWithEpilogue(
                BatchNormGradInput.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) -> BlockBatchNorm.inputGradientBytes(operands.getFirst()),
                        norm::inputGradient));
    }

    private void addSums() {
        BlockBatchNorm norm = new BlockBatchNorm(cpu);
        add(
                BatchNormGradSums.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) -> BlockBatchNorm.gradientSumsBytes(operands.getFirst()),
                        (kernel, o, epilogue) -> norm.gradientSums(kernel, o)));
        add(
                ChannelMoments.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) ->
                                BlockSums.of(operands.getFirst(), 2).bytes(),
                        (kernel, o, epilogue) -> norm.moments(kernel, o)));
        table.add(ChannelSum.class, new RowChannelSums(cpu, table.get(ChannelSum.class)));
        add(
                ChannelSum.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                        (kernel, operands) ->
                                BlockSums.of(operands.getFirst(), 1).bytes(),
                        (kernel, o, epilogue) -> norm.channelSum(kernel, o)));
    }

    private void addDepthwise() {
        Depthwise depthwise = new Depthwise(cpu);
        addWithEpilogue(
                ConvGradInput.class,
                new BlockKernel<>(
                        (kernel, operands) ->
                                Depthwise.is(kernel.conv(), kernel.shape().dim(1)),
                        (kernel, operands, result, now) -> Depthwise.layout(operands.size()),
                        (kernel, operands) -> depthwise.inputGradientBytes(kernel),
                        depthwise::inputGradient));
        add(
                ConvGradWeight.class,
                new BlockKernel<>(
                        (kernel, operands) ->
                                Depthwise.is(kernel.conv(), operands.get(1).dim(1)),
                        (kernel, operands, result, now) -> new Layout(List.of(LANES, LANES), 1),
                        (kernel, operands) -> Depthwise.weightGradientBytes(kernel, operands.getFirst()),
                        (kernel, o, epilogue) -> depthwise.weightGradient(kernel, o)));
    }

    private void addBoxes() {
        BlockBoxes boxes = new BlockBoxes(cpu);
        add(
                Concat.class,
                (kernel, operands, result, now) -> BlockBoxes.layout(kernel.axis() > 0, operands, result, now),
                boxes::concat);
        add(
                Slice.class,
                (kernel, operands, result, now) -> BlockBoxes.layout(kernel.axis() > 0, operands, result, now),
                boxes::slice);
        add(
                Pad.class,
                (kernel, operands, result, now) -> BlockBoxes.layout(kernel.axis() > 0, operands, result, now),
                boxes::pad);
        add(
                Crop.class,
                (kernel, operands, result, now) ->
                        now.getFirst() == LANES ? new Layout(List.of(LANES, now.get(1)), LANES) : Layout.plain(2),
                boxes::crop);
        add(
                ChannelShuffle.class,
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                boxes::shuffle);
        BlockUpsampling upsampling = new BlockUpsampling(cpu);
        add(
                Upsample.class,
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                upsampling::forward);
        add(
                UpsampleGrad.class,
                (kernel, operands, result, now) -> Neutral.maps(operands, result, now),
                upsampling::gradient);
    }

    private void addOthers() {
        BlockDropout dropout = new BlockDropout(cpu);
        add(Dropout.class, (kernel, operands, result, now) -> Neutral.maps(operands, result, now), dropout::bind);
        BlockLrn lrn = new BlockLrn(cpu);
        add(
                Lrn.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> BlockLrn.layout(kernel, operands, result),
                        (kernel, operands) -> lrn.bytes(kernel, operands.getFirst(), 1),
                        (kernel, o, epilogue) -> lrn.forward(kernel, o)));
        add(
                LrnGrad.class,
                new BlockKernel<>(
                        (kernel, operands, result, now) -> BlockLrn.layout(kernel.lrn(), operands, result),
                        (kernel, operands) -> lrn.bytes(kernel.lrn(), operands.getFirst(), 2),
                        (kernel, o, epilogue) -> lrn.gradient(kernel, o)));
    }

    private <K extends Kernel> void add(Class<K> kind, BlockKernel.Layouts<K> layouts, BlockKernel.Alone<K> binding) {
        add(kind, BlockKernel.of(layouts, binding));
    }

    private <K extends Kernel> void add(Class<K> kind, BlockKernel<K> kernel) {
        table.add(kind, kernel.or(table.get(kind)));
    }

    private <K extends Kernel> void addWithEpilogue(Class<K> kind, BlockKernel<K> kernel) {
        addWithEpilogue(kind, kernel, rows);
    }

    private <K extends Kernel> void addWithEpilogue(
            Class<K> kind, BlockKernel<K> kernel, KernelFactory<Fused> fusedRows) {
        add(kind, kernel);
        table.add(Fused.class, new FusedBlocks<>(cpu, kind, kernel, fusedRows));
    }
}
