package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ChannelSum;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Sums of channels in row-major order, in float64: along the rows of feature maps, and side by side for channels of one element.
 *
 * @param cpu the threads
 * @param others what does maps of fewer elements than a vector has lanes
 */
record RowChannelSums(Cpu cpu, KernelFactory<ChannelSum> others) implements KernelFactory<ChannelSum> {
    @Override
    public long workspace(ChannelSum kernel, List<Sizes> operands) {
        return (long) cpu.pool().threads() * NormRuns.SCRATCH;
    }

    @Override
    public Runnable bind(ChannelSum kernel, Operands o) {
        Sizes shape = o.in(0).shape();
        int area = shape.elementsFrom(2);
        if (area >= LANES) {
            return BlockKernel.named(BlockKernel.NAME, maps(o, shape.dim(0), shape.dim(1), area));
        }
        return area == 1 && shape.dim(1) >= LANES
                ? BlockKernel.named(BlockKernel.NAME, numbers(o, shape.dim(0), shape.dim(1)))
                : others.bind(kernel, o);
    }

    private Runnable maps(Operands o, int images, int channels, int area) {
        MemorySegment x = o.in(0).data();
        MemorySegment scratch = o.workspace();
        return cpu.forEach(channels, (long) images * area, (channel, slot) -> {
            double sum = 0;
            for (int image = 0; image < images; image++) {
                long at = (long) Float.BYTES * area * ((long) image * channels + channel);
                sum += NormRuns.sum(x, at, area, scratch, (long) slot * NormRuns.SCRATCH);
            }
            o.out().set(channel, (float) sum);
        });
    }

    /** As many channels at a time as a vector has lanes; the last vector sums up some once more. */
    private Runnable numbers(Operands o, int images, int channels) {
        MemorySegment x = o.in(0).data();
        MemorySegment sums = o.out().data();
        return cpu.forEach(Math.ceilDiv(channels, LANES), (long) images * LANES, (vector, slot) -> {
            int first = Math.min(vector * LANES, channels - LANES);
            long at = (long) Float.BYTES * first;
            SoftmaxColumns.sums(x, at, images, (long) Float.BYTES * channels, sums, at);
        });
    }
}
