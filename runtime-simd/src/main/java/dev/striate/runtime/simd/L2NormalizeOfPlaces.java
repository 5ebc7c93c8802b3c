package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Channels at each place of a map by their length, and the gradient, for as many neighbouring places at a time as a vector has
 * lanes, with sums in float64. Each loop is a method of its own, as in {@link SoftmaxColumns}. Maps of fewer places, and single
 * vectors, are left to the loops of the library.
 */
record L2NormalizeOfPlaces(Cpu cpu) {
    /** The channels by their length. */
    KernelFactory<L2Normalize> forward() {
        return new RowKernel<L2Normalize>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)),
                (kernel, operands) -> workspace(),
                this::forward);
    }

    /** A norm and a sum of products for each place of a worker. */
    private long workspace() {
        return own(cpu.pool().threads());
    }

    private static long own(int slot) {
        return 2L * BYTES * slot;
    }

    private Runnable forward(L2Normalize kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        MemorySegment work = o.workspace();
        float eps = (float) kernel.eps();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                2,
                (at, channels, step, slot) -> lengths(x, at, channels, step, work, own(slot)),
                (at, channels, step, slot) -> normalize(x, y, at, channels, step, eps, work, own(slot)));
    }

    /** Its gradient. */
    KernelFactory<L2NormalizeGrad> gradient() {
        return new RowKernel<L2NormalizeGrad>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)),
                (kernel, operands) -> workspace(),
                this::gradient);
    }

    private Runnable gradient(L2NormalizeGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        MemorySegment work = o.workspace();
        float eps = (float) kernel.eps();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                4,
                (at, channels, step, slot) -> lengths(x, at, channels, step, work, own(slot)),
                (at, channels, step, slot) -> dots(g, x, at, channels, step, work, own(slot) + BYTES),
                (at, channels, step, slot) -> gradient(g, x, dx, at, channels, step, eps, work, own(slot)));
    }

    /** The norm at each place, to byte {@code to}; places and steps as in {@link PlaceColumns.Task}. */
    private static void lengths(MemorySegment x, long at, int channels, long step, MemorySegment lengths, long to) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            DoubleVector a = Doubles.load(x, at + c * step);
            DoubleVector b = Doubles.load(x, at + c * step + HALF_BYTES);
            low = a.fma(a, low);
            high = b.fma(b, high);
        }
        Doubles.join(low.sqrt(), high.sqrt()).intoMemorySegment(lengths, to, ORDER);
    }

    private static void dots(
            MemorySegment g, MemorySegment x, long at, int channels, long step, MemorySegment dots, long to) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            long place = at + c * step;
            low = Doubles.load(g, place).fma(Doubles.load(x, place), low);
            high = Doubles.load(g, place + HALF_BYTES).fma(Doubles.load(x, place + HALF_BYTES), high);
        }
        Doubles.join(low, high).intoMemorySegment(dots, to, ORDER);
    }

    /** {@code x / max(norm, eps)}. */
    private static void normalize(
            MemorySegment x,
            MemorySegment y,
            long at,
            int channels,
            long step,
            float eps,
            MemorySegment lengths,
            long from) {
        FloatVector divisor =
                FloatVector.fromMemorySegment(S, lengths, from, ORDER).max(eps);
        for (int c = 0; c < channels; c++) {
            FloatVector.fromMemorySegment(S, x, at + c * step, ORDER)
                    .div(divisor)
                    .intoMemorySegment(y, at + c * step, ORDER);
        }
    }

    /** {@code (g - x * dot(g, x) / norm²) / norm}, or {@code g / eps} where the norm is below {@code eps}. */
    private static void gradient(
            MemorySegment g,
            MemorySegment x,
            MemorySegment dx,
            long at,
            int channels,
            long step,
            float eps,
            MemorySegment lengths,
            long from) {
        FloatVector length = FloatVector.fromMemorySegment(S, lengths, from, ORDER);
        FloatVector along = FloatVector.fromMemorySegment(S, lengths, from + BYTES, ORDER)
                .div(length)
                .div(length)
                .blend(0, length.compare(VectorOperators.LT, eps));
        FloatVector divisor = length.max(eps);
        for (int c = 0; c < channels; c++) {
            FloatVector.fromMemorySegment(S, g, at + c * step, ORDER)
                    .sub(FloatVector.fromMemorySegment(S, x, at + c * step, ORDER)
                            .mul(along))
                    .div(divisor)
                    .intoMemorySegment(dx, at + c * step, ORDER);
        }
    }
}
