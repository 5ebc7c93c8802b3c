package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;

/**
 * Channels at each place of a map by their length, and the gradient, for as many neighbouring places at a time as a vector has
 * lanes, with sums in float64. Each pass is a method of its own, as in {@link SoftmaxColumns}. Maps of fewer places, and single
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

    /** A sum of squares and one of products for each place of a worker, in float64. */
    private long workspace() {
        return own(cpu.pool().threads());
    }

    private static long own(int slot) {
        return 4L * BYTES * slot;
    }

    private Runnable forward(L2Normalize kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        MemorySegment work = o.workspace();
        double eps = kernel.eps();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                2,
                (at, channels, step, slot) -> dots(x, x, at, channels, step, work, own(slot)),
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
        double eps = kernel.eps();
        return PlaceColumns.forEach(
                cpu,
                o.out().shape(),
                4,
                (at, channels, step, slot) -> dots(x, x, at, channels, step, work, own(slot)),
                (at, channels, step, slot) -> dots(g, x, at, channels, step, work, own(slot) + 2L * BYTES),
                (at, channels, step, slot) -> terms(work, own(slot), eps),
                (at, channels, step, slot) -> gradient(g, x, dx, at, channels, step, work, own(slot)));
    }

    /** The sum of products at each place, to byte {@code to}; places and steps as in {@link PlaceColumns.Task}. */
    private static void dots(
            MemorySegment g, MemorySegment x, long at, int channels, long step, MemorySegment dots, long to) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            long place = at + c * step;
            low = Doubles.load(g, place).fma(Doubles.load(x, place), low);
            high = Doubles.load(g, place + HALF_BYTES).fma(Doubles.load(x, place + HALF_BYTES), high);
        }
        low.intoMemorySegment(dots, to, ORDER);
        high.intoMemorySegment(dots, to + BYTES, ORDER);
    }

    /** {@code x / max(norm, eps)}. */
    private static void normalize(
            MemorySegment x,
            MemorySegment y,
            long at,
            int channels,
            long step,
            double eps,
            MemorySegment squares,
            long from) {
        DoubleVector low =
                DoubleVector.fromMemorySegment(D, squares, from, ORDER).sqrt().max(eps);
        DoubleVector high = DoubleVector.fromMemorySegment(D, squares, from + BYTES, ORDER)
                .sqrt()
                .max(eps);
        for (int c = 0; c < channels; c++) {
            long place = at + c * step;
            Doubles.join(
                            Doubles.load(x, place).div(low),
                            Doubles.load(x, place + HALF_BYTES).div(high))
                    .intoMemorySegment(y, place, ORDER);
        }
    }

    /** What the gradient is made of: the divisors in place of the sums of squares, and {@code -dot(g, x) / norm²} in place of the others. */
    private static void terms(MemorySegment numbers, long from, double eps) {
        for (long at = from; at < from + 2L * BYTES; at += Double.BYTES) {
            double squares = numbers.get(JAVA_DOUBLE, at);
            double dot = numbers.get(JAVA_DOUBLE, at + 2L * BYTES);
            double norm = Math.sqrt(squares);
            numbers.set(JAVA_DOUBLE, at, Math.max(norm, eps));
            numbers.set(JAVA_DOUBLE, at + 2L * BYTES, norm < eps ? 0 : -dot / squares);
        }
    }

    /**
     * {@code (g - x * dot(g, x) / norm²) / norm}, or {@code g / eps} where the norm is below {@code eps}; in float64, since the
     * difference of few channels is nothing.
     */
    private static void gradient(
            MemorySegment g,
            MemorySegment x,
            MemorySegment dx,
            long at,
            int channels,
            long step,
            MemorySegment terms,
            long from) {
        DoubleVector lowDivisor = DoubleVector.fromMemorySegment(D, terms, from, ORDER);
        DoubleVector highDivisor = DoubleVector.fromMemorySegment(D, terms, from + BYTES, ORDER);
        DoubleVector lowShare = DoubleVector.fromMemorySegment(D, terms, from + 2L * BYTES, ORDER);
        DoubleVector highShare = DoubleVector.fromMemorySegment(D, terms, from + 3L * BYTES, ORDER);
        for (int c = 0; c < channels; c++) {
            long place = at + c * step;
            DoubleVector low = Doubles.load(x, place).fma(lowShare, Doubles.load(g, place));
            DoubleVector high = Doubles.load(x, place + HALF_BYTES).fma(highShare, Doubles.load(g, place + HALF_BYTES));
            Doubles.join(low.div(lowDivisor), high.div(highDivisor)).intoMemorySegment(dx, place, ORDER);
        }
    }
}
