package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Normalization over the channels at each place, and its gradients, for as many neighbouring places at a time as a vector
 * has lanes.
 */
record NormOfPlaces(Cpu cpu) {
    private static boolean accepts(Norm kernel, Sizes x) {
        return kernel.groups() == 0 && PlaceColumns.fit(x);
    }

    private long scratch() {
        return own(cpu.pool().threads());
    }

    /** The normalization. */
    KernelFactory<Norm> forward() {
        return new RowKernel<Norm>(
                (kernel, operands) -> accepts(kernel, operands.get(0)), (kernel, operands) -> scratch(), this::forward);
    }

    private Runnable forward(Norm kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment weight = o.in(1).data();
        MemorySegment bias = o.in(2).data();
        MemorySegment y = o.out().data();
        MemorySegment numbers = o.workspace();
        return PlaceColumns.forEach(
                cpu,
                o.in(0).shape(),
                4,
                statistics(x, kernel.eps(), numbers),
                (at, channels, step, slot) ->
                        NormColumns.forward(x, weight, bias, y, at, channels, step, numbers, own(slot)));
    }

    /** Its gradient by x. */
    KernelFactory<NormGradInput> inputGradient() {
        return new RowKernel<NormGradInput>(
                (kernel, operands) -> accepts(kernel.norm(), operands.get(1)),
                (kernel, operands) -> scratch(),
                this::inputGradient);
    }

    private Runnable inputGradient(NormGradInput kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment weight = o.in(2).data();
        MemorySegment y = o.out().data();
        MemorySegment numbers = o.workspace();
        return PlaceColumns.forEach(
                cpu,
                o.in(1).shape(),
                4,
                statistics(x, kernel.norm().eps(), numbers),
                (at, channels, step, slot) ->
                        NormColumns.gradientSums(g, x, weight, at, channels, step, numbers, own(slot)),
                (at, channels, step, slot) -> NormColumns.gradientTerms(channels, numbers, own(slot)),
                (at, channels, step, slot) ->
                        NormColumns.gradient(g, x, weight, y, at, channels, step, numbers, own(slot)));
    }

    /** Its gradient by the weight: the statistics of all places first, then one channel after the other. */
    KernelFactory<NormGradWeight> weightGradient() {
        return new RowKernel<NormGradWeight>(
                (kernel, operands) -> accepts(kernel.norm(), operands.get(1)),
                (kernel, operands) -> (long) cpu.pool().threads() * NormRuns.SCRATCH + statistics(operands.get(1)),
                (kernel, o) -> weightGradient(o.in(0), o.in(1), kernel.norm().eps(), o.workspace(), o.out()));
    }

    /** The bytes of the statistics of all places. */
    private static long statistics(Sizes x) {
        return (long) x.dim(0) * Math.ceilDiv(x.elementsFrom(2), LANES) * NormColumns.STATISTICS;
    }

    private Runnable weightGradient(Tensor g, Tensor x, double eps, MemorySegment numbers, Tensor out) {
        int images = x.shape().dim(0);
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        int parts = Math.ceilDiv(area, LANES);
        long step = (long) area * Float.BYTES;
        long scratch = statistics(x.shape());
        Runnable statistics = cpu.forEach(
                images * parts,
                2L * channels * LANES,
                (i, slot) -> NormColumns.statistics(
                        x.data(),
                        place(i, parts, channels, area),
                        channels,
                        step,
                        eps,
                        numbers,
                        (long) i * NormColumns.STATISTICS));
        Runnable rows = cpu.forEach(channels, (long) images * area, (channel, slot) -> {
            double sum = 0;
            for (int image = 0; image < images; image++) {
                long at = ((long) image * channels + channel) * step;
                long from = (long) image * parts * NormColumns.STATISTICS;
                long lanes = scratch + (long) slot * NormRuns.SCRATCH;
                sum += NormColumns.row(g.data(), x.data(), at, area, numbers, from, lanes);
            }
            out.set(channel, (float) sum);
        });
        return () -> {
            statistics.run();
            rows.run();
        };
    }

    /** Where the places of a part lie in the first channel, in bytes. */
    private static long place(int part, int parts, int channels, int area) {
        int first = Math.min(part % parts * LANES, area - LANES);
        return ((long) (part / parts) * channels * area + first) * Float.BYTES;
    }

    private static PlaceColumns.Task statistics(MemorySegment x, double eps, MemorySegment numbers) {
        return (at, channels, step, slot) -> NormColumns.statistics(x, at, channels, step, eps, numbers, own(slot));
    }

    private static long own(int slot) {
        return (long) slot * NormColumns.NUMBERS;
    }
}
