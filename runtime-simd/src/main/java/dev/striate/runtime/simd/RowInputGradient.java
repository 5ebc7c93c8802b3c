package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Gradients by inputs with few channels, which would fill less than half a block: vectors are neighbouring pixels of one channel, and
 * all lies in row-major order.
 *
 * @param cpu the threads
 */
record RowInputGradient(Cpu cpu) implements KernelFactory<ConvGradInput> {
    @Override
    public boolean accepts(ConvGradInput kernel, List<Sizes> operands) {
        return kernel.conv().groups() == 1
                && 2 * kernel.shape().dim(1) <= LANES
                && RowSums.fits(DirectSums.gradient(kernel.conv(), kernel.shape()));
    }

    @Override
    public long workspace(ConvGradInput kernel, List<Sizes> operands) {
        return new RowSums(cpu, DirectSums.gradient(kernel.conv(), kernel.shape())).bytes();
    }

    @Override
    public Runnable bind(ConvGradInput kernel, Operands o) {
        DirectSums sums = DirectSums.gradient(kernel.conv(), kernel.shape());
        float[] turned = new float[sums.out() * sums.steps()];
        Runnable all =
                new RowSums(cpu, sums).bind(o.in(0), turned, new float[sums.out()], o.out(), o.workspace(), null);
        return Described.as("rows", () -> {
            turn(o.in(1).data(), turned, sums);
            all.run();
        });
    }

    /** The weight {@code [F, C, kh, kw]} as {@code [C, F, kh, kw]}: where the stride is 1, taps are in the same order. */
    private static void turn(MemorySegment weight, float[] to, DirectSums sums) {
        int taps = sums.area();
        for (int out = 0; out < sums.out(); out++) {
            for (int in = 0; in < sums.in(); in++) {
                long source = (long) Float.BYTES * taps * ((long) in * sums.out() + out);
                MemorySegment.copy(weight, JAVA_FLOAT, source, to, taps * (out * sums.in() + in), taps);
            }
        }
    }
}
