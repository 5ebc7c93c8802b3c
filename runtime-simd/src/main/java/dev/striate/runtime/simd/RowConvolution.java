package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fused;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions with few output channels, which would fill less than half a block: vectors are neighbouring pixels of one
 * channel, and all lies in row-major order.
 *
 * @param cpu the threads
 */
record RowConvolution(Cpu cpu) implements KernelFactory<Conv> {
    @Override
    public boolean accepts(Conv conv, List<Sizes> operands) {
        return conv.groups() == 1
                && 2 * conv.filters() <= LANES
                && RowSums.fits(DirectSums.forward(conv, operands.get(0)));
    }

    @Override
    public long workspace(Conv conv, List<Sizes> operands) {
        return new RowSums(cpu, DirectSums.forward(conv, operands.get(0))).bytes();
    }

    @Override
    public Runnable bind(Conv conv, Operands o) {
        return bind(conv, o, null);
    }

    private Runnable bind(Conv conv, Operands o, @Nullable RowFunction rest) {
        RowSums sums = new RowSums(cpu, DirectSums.forward(conv, o.in(0).shape()));
        float[] weights = new float[o.in(1).shape().elements()];
        float[] bias = new float[conv.filters()];
        Runnable all = sums.bind(o.in(0), weights, bias, o.out(), o.workspace(), rest);
        return Described.as("rows", () -> {
            MemorySegment.copy(o.in(1).data(), JAVA_FLOAT, 0, weights, 0, weights.length);
            if (o.in().size() > 2) {
                MemorySegment.copy(o.in(2).data(), JAVA_FLOAT, 0, bias, 0, bias.length);
            }
            all.run();
        });
    }

    /** The same with an element-wise function of the result. */
    record WithEpilogue(RowConvolution plain) implements KernelFactory<Fused> {
        @Override
        public boolean accepts(Fused kernel, List<Sizes> operands) {
            return kernel.anchor() instanceof Conv conv && plain.accepts(conv, kernel.ofAnchor(operands));
        }

        @Override
        public long workspace(Fused kernel, List<Sizes> operands) {
            return plain.workspace((Conv) kernel.anchor(), kernel.ofAnchor(operands));
        }

        @Override
        public Runnable bind(Fused kernel, Operands o) {
            RowFunction rest = RowFunction.behind(plain.cpu(), kernel, o);
            return plain.bind((Conv) kernel.anchor(), o.with(kernel.ofAnchor(o.in())), rest);
        }
    }
}
