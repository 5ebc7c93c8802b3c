package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;

import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Channels at each place of a map by their length, and the gradient, for as many neighbouring places at a time as a vector has
 * lanes, with sums in float64. Maps of fewer places, and single vectors, are left to the loops of the library.
 */
record L2NormalizeOfPlaces(Cpu cpu) {
    /** The channels by their length. */
    KernelFactory<L2Normalize> forward() {
        return new RowKernel<L2Normalize>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)), (kernel, operands) -> 0, this::forward);
    }

    private Runnable forward(L2Normalize kernel, Operands o) {
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        double eps = kernel.eps();
        return PlaceColumns.forEach(
                cpu, o.out().shape(), 2, (at, channels, step, slot) -> normalize(x, y, at, channels, step, eps));
    }

    /** Its gradient. */
    KernelFactory<L2NormalizeGrad> gradient() {
        return new RowKernel<L2NormalizeGrad>(
                (kernel, operands) -> PlaceColumns.fit(operands.get(0)), (kernel, operands) -> 0, this::gradient);
    }

    private Runnable gradient(L2NormalizeGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        double eps = kernel.eps();
        return PlaceColumns.forEach(
                cpu, o.out().shape(), 4, (at, channels, step, slot) -> gradient(g, x, dx, at, channels, step, eps));
    }

    /** {@code x / max(norm, eps)}; places and steps as in {@link PlaceColumns.Task}. */
    private static void normalize(MemorySegment x, MemorySegment y, long at, int channels, long step, double eps) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            DoubleVector a = Doubles.load(x, at + c * step);
            DoubleVector b = Doubles.load(x, at + c * step + HALF_BYTES);
            low = a.fma(a, low);
            high = b.fma(b, high);
        }
        DoubleVector lowDivisor = low.sqrt().max(eps);
        DoubleVector highDivisor = high.sqrt().max(eps);
        for (int c = 0; c < channels; c++) {
            DoubleVector a = Doubles.load(x, at + c * step).div(lowDivisor);
            DoubleVector b = Doubles.load(x, at + c * step + HALF_BYTES).div(highDivisor);
            Doubles.join(a, b).intoMemorySegment(y, at + c * step, ORDER);
        }
    }

    /** {@code (g - x * dot(g, x) / norm²) / norm}, or {@code g / eps} where the norm is below {@code eps}. */
    private static void gradient(
            MemorySegment g, MemorySegment x, MemorySegment dx, long at, int channels, long step, double eps) {
        DoubleVector lowSquares = DoubleVector.zero(D);
        DoubleVector highSquares = DoubleVector.zero(D);
        DoubleVector lowDot = DoubleVector.zero(D);
        DoubleVector highDot = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            DoubleVector a = Doubles.load(x, at + c * step);
            DoubleVector b = Doubles.load(x, at + c * step + HALF_BYTES);
            lowSquares = a.fma(a, lowSquares);
            highSquares = b.fma(b, highSquares);
            lowDot = a.fma(Doubles.load(g, at + c * step), lowDot);
            highDot = b.fma(Doubles.load(g, at + c * step + HALF_BYTES), highDot);
        }
        DoubleVector lowNorm = lowSquares.sqrt();
        DoubleVector highNorm = highSquares.sqrt();
        DoubleVector lowAlong = lowDot.div(lowSquares).blend(0, lowNorm.compare(VectorOperators.LT, eps));
        DoubleVector highAlong = highDot.div(highSquares).blend(0, highNorm.compare(VectorOperators.LT, eps));
        DoubleVector lowDivisor = lowNorm.max(eps);
        DoubleVector highDivisor = highNorm.max(eps);
        for (int c = 0; c < channels; c++) {
            DoubleVector a = Doubles.load(x, at + c * step).mul(lowAlong);
            DoubleVector b = Doubles.load(x, at + c * step + HALF_BYTES).mul(highAlong);
            Doubles.join(
                            Doubles.load(g, at + c * step).sub(a).div(lowDivisor),
                            Doubles.load(g, at + c * step + HALF_BYTES).sub(b).div(highDivisor))
                    .intoMemorySegment(dx, at + c * step, ORDER);
        }
    }
}
