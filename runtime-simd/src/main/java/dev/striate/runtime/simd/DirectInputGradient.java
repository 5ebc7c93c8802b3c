package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.util.List;

/** Gradients of convolutions by their inputs, as plain sums in registers that multiply no zeros of a stride. */
record DirectInputGradient(Cpu cpu) implements KernelFactory<ConvGradInput> {
    private static DirectSums sums(ConvGradInput kernel) {
        return DirectSums.gradient(kernel.conv(), kernel.shape());
    }

    @Override
    public boolean accepts(ConvGradInput kernel, List<Sizes> operands) {
        return sums(kernel).isInBlocks();
    }

    @Override
    public Layout layout(ConvGradInput kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return new Layout(List.of(LANES, 1), LANES);
    }

    @Override
    public long workspace(ConvGradInput kernel, List<Sizes> operands) {
        return DirectConvolution.of(cpu, sums(kernel), LANES).workspace();
    }

    @Override
    public Runnable bind(ConvGradInput kernel, Operands o) {
        return DirectConvolution.of(cpu, sums(kernel), LANES)
                .bind(o.in(0), o.in(1), o.out(), o.packs(), o.workspace(), null);
    }
}
