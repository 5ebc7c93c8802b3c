package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pointwise;
import dev.striate.core.kernel.Prelu;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;

/** Element-wise functions, in whichever layout their operands are. */
record Elementwise(Cpu cpu) implements KernelFactory<Pointwise> {
    @Override
    public Layout layout(Pointwise kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return Neutral.layout(operands, result, now);
    }

    @Override
    public Runnable bind(Pointwise kernel, Operands o) {
        return Described.as(BlockKernel.NAME, function(kernel, o));
    }

    private Runnable function(Pointwise kernel, Operands o) {
        Tensor out = o.out();
        if (out.lanes() == 1 || isFlat(kernel, o)) {
            RowFunction function = RowFunction.of(cpu, kernel, o.in(), out);
            int elements = (int) (out.data().byteSize() / Float.BYTES);
            int parts = Math.ceilDiv(elements, Cpu.GRAIN);
            return cpu.parallel(parts, (part, slot) -> {
                int first = part * Cpu.GRAIN;
                function.apply(first, Math.min(Cpu.GRAIN, elements - first), slot);
            });
        }
        BlockFunction function = BlockFunction.of(cpu, kernel, o.in(), out);
        return Regions.of(out).forEach(cpu, function::apply);
    }

    /** Whether blocks can be gone through from the first element to the last, and zeros give zeros in their padding. */
    private static boolean isFlat(Pointwise kernel, Operands o) {
        boolean padded = o.out().shape().dim(1) % LANES != 0;
        return o.in().stream()
                        .allMatch(
                                x -> x.data().byteSize() == o.out().data().byteSize() || (x.elements() == 1 && !padded))
                && (!padded || kernel.expr().eval(new double[kernel.arity()]) == 0);
    }

    /** The rectifier with a learned slope for each channel. */
    record OfPrelu(Elementwise elementwise) implements KernelFactory<Prelu> {
        @Override
        public Layout layout(Prelu kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
            return Neutral.layout(operands, result, now);
        }

        @Override
        public Runnable bind(Prelu kernel, Operands o) {
            return elementwise.bind(
                    Pointwise.parametricRelu(), o.with(List.of(o.in(0), o.in(1).batched())));
        }
    }
}
