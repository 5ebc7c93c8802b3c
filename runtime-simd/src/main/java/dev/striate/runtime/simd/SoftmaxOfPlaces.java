package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;

/**
 * Softmax over the classes at each place of a map, and its gradient, for as many neighbouring places at a time as a vector has lanes.
 * Maps of fewer places, and single predictions, are left to the loops of the library.
 */
record SoftmaxOfPlaces(Cpu cpu) {
    /** What an exponential costs, in elements of an element-wise kernel. */
    private static final int EXPONENTIAL = 4;

    /** The softmax. */
    KernelFactory<Softmax> forward() {
        return new RowKernel<Softmax>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)),
                (kernel, operands) -> (long) cpu.pool().threads() * BYTES,
                this::forward);
    }

    private Runnable forward(Softmax kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        MemorySegment sums = o.workspace();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                EXPONENTIAL,
                (at, classes, step, slot) -> SoftmaxColumns.shift(x, y, at, classes, step),
                (at, classes, step, slot) -> SoftmaxColumns.exponentials(y, at, step, y, at, step, classes),
                (at, classes, step, slot) -> SoftmaxColumns.sums(y, at, classes, step, sums, own(slot)),
                (at, classes, step, slot) -> SoftmaxColumns.divide(y, at, classes, step, sums, own(slot)));
    }

    private static long own(int slot) {
        return (long) slot * BYTES;
    }

    /** Its gradient. */
    KernelFactory<SoftmaxGrad> gradient() {
        return new RowKernel<SoftmaxGrad>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)), (kernel, operands) -> 0, this::gradient);
    }

    private Runnable gradient(SoftmaxGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment y = o.in(1).data();
        MemorySegment dx = o.out().data();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                2,
                (at, classes, step, slot) -> SoftmaxColumns.gradient(g, y, dx, at, classes, step));
    }
}
