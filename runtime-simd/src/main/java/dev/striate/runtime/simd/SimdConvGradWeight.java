package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The gradients of weights of convolutions by Winograd's filtering, over values in blocks of channels.
 *
 * @param cpu the threads
 * @param choice which kind of filtering, by the convolution and the shape of its input
 */
record SimdConvGradWeight(Cpu cpu, BiFunction<Conv, Sizes, ConvChoice> choice)
        implements KernelFactory<ConvGradWeight> {
    @Override
    public boolean accepts(ConvGradWeight kernel, List<Sizes> operands) {
        return choice.apply(kernel.conv(), operands.get(1)) != ConvChoice.NONE;
    }

    @Override
    public Layout layout(ConvGradWeight kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return new Layout(List.of(LANES, LANES), 1);
    }

    @Override
    public long workspace(ConvGradWeight kernel, List<Sizes> operands) {
        WinogradGradientPlan plan = plan(kernel, operands.get(1));
        return plan.parts() * plan.sumBytes() + cpu.pool().threads() * plan.bytes();
    }

    @Override
    public Runnable bind(ConvGradWeight kernel, Operands o) {
        WinogradGradientPlan plan = plan(kernel, o.in(1).shape());
        MemorySegment[] sums = slices(o.workspace(), 0, plan.parts(), plan.sumBytes());
        MemorySegment[] work =
                slices(o.workspace(), plan.parts() * plan.sumBytes(), cpu.pool().threads(), plan.bytes());
        Runnable gradient = new WinogradWeightGradient(
                cpu.pool(), plan, o.in(1).data(), o.in(0).data(), o.out().data(), sums, work);
        return Described.as("Winograd F(" + plan.shape().m() + ", 3)", gradient);
    }

    private static MemorySegment[] slices(MemorySegment memory, long first, int count, long bytes) {
        MemorySegment[] slices = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            slices[i] = memory.asSlice(first + i * bytes, bytes);
        }
        return slices;
    }

    private WinogradGradientPlan plan(ConvGradWeight kernel, Sizes x) {
        int m = choice.apply(kernel.conv(), x).tile();
        return WinogradGradientPlan.of(WinogradShape.of(kernel.conv(), x, m));
    }
}
