package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;

/**
 * The logarithm of softmax over the classes at each place of a map, and its gradient, for as many neighbouring places at a time
 * as a vector has lanes. Maps of fewer places, and single predictions, are left to the loops of the library.
 */
record LogSoftmaxOfPlaces(Cpu cpu) {
    /** What an exponential costs, in elements of an element-wise kernel. */
    private static final int EXPONENTIAL = 4;

    /** The logarithm of softmax. */
    KernelFactory<LogSoftmax> forward() {
        return new RowKernel<LogSoftmax>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)),
                (kernel, operands) -> workspace(operands.get(0)),
                this::forward);
    }

    /** Exponentials of all classes of a worker's places, and their sum. */
    private long workspace(Sizes x) {
        return own(cpu.pool().threads(), x.dim(1));
    }

    private static long own(int slot, int classes) {
        return slot * (classes + 1L) * BYTES;
    }

    private static long sum(int slot, int classes) {
        return own(slot, classes) + (long) classes * BYTES;
    }

    private Runnable forward(LogSoftmax kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        MemorySegment work = o.workspace();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                EXPONENTIAL,
                (at, classes, step, slot) -> SoftmaxColumns.shift(x, y, at, classes, step),
                (at, classes, step, slot) ->
                        SoftmaxColumns.exponentials(y, at, step, work, own(slot, classes), BYTES, classes),
                (at, classes, step, slot) ->
                        SoftmaxColumns.sums(work, own(slot, classes), classes, BYTES, work, sum(slot, classes)),
                (at, classes, step, slot) ->
                        SoftmaxColumns.subtractLog(y, at, classes, step, work, sum(slot, classes)));
    }

    /** Its gradient. */
    KernelFactory<LogSoftmaxGrad> gradient() {
        return new RowKernel<LogSoftmaxGrad>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)),
                (kernel, operands) -> workspace(operands.get(0)),
                this::gradient);
    }

    private Runnable gradient(LogSoftmaxGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment y = o.in(1).data();
        MemorySegment dx = o.out().data();
        MemorySegment work = o.workspace();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                EXPONENTIAL,
                (at, classes, step, slot) ->
                        SoftmaxColumns.exponentials(y, at, step, work, own(slot, classes), BYTES, classes),
                (at, classes, step, slot) -> SoftmaxColumns.sums(g, at, classes, step, work, sum(slot, classes)),
                (at, classes, step, slot) ->
                        SoftmaxColumns.logGradient(g, work, own(slot, classes), dx, at, classes, step));
    }
}
