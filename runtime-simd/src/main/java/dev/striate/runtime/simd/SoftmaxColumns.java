package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Loops of softmax over the classes at each of {@code LANES} neighbouring places: a lane is a place. Sums are in float64. */
final class SoftmaxColumns {
    private SoftmaxColumns() {}

    /**
     * {@code exp(x - max)}, and one over the sum of that at each place.
     *
     * @param at where the first place lies in the first class, in bytes
     * @param step from one class to the next, in bytes
     * @param to where one over the sums goes in {@code sums}
     */
    static void exponentials(
            MemorySegment x, MemorySegment y, long at, int classes, long step, MemorySegment sums, long to) {
        FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        for (int c = 0; c < classes; c++) {
            max = max.max(FloatVector.fromMemorySegment(S, x, at + c * step, ORDER));
        }
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < classes; c++) {
            FloatVector e = VectorMath.exp(
                    FloatVector.fromMemorySegment(S, x, at + c * step, ORDER).sub(max));
            low = low.add(e.convertShape(VectorOperators.F2D, D, 0));
            high = high.add(e.convertShape(VectorOperators.F2D, D, 1));
            e.intoMemorySegment(y, at + c * step, ORDER);
        }
        DoubleVector one = DoubleVector.broadcast(D, 1);
        Doubles.join(one.div(low), one.div(high)).intoMemorySegment(sums, to, ORDER);
    }

    /** Multiplies all classes at each place by a number of the place. */
    static void scale(MemorySegment y, long at, int classes, long step, MemorySegment factors, long from) {
        FloatVector factor = FloatVector.fromMemorySegment(S, factors, from, ORDER);
        for (int c = 0; c < classes; c++) {
            FloatVector.fromMemorySegment(S, y, at + c * step, ORDER)
                    .mul(factor)
                    .intoMemorySegment(y, at + c * step, ORDER);
        }
    }

    /** {@code y * (g - sum(g * y))}. */
    static void gradient(MemorySegment g, MemorySegment y, MemorySegment dx, long at, int classes, long step) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < classes; c++) {
            long place = at + c * step;
            low = Doubles.load(g, place).fma(Doubles.load(y, place), low);
            high = Doubles.load(g, place + HALF_BYTES).fma(Doubles.load(y, place + HALF_BYTES), high);
        }
        for (int c = 0; c < classes; c++) {
            long place = at + c * step;
            DoubleVector a = Doubles.load(g, place).sub(low).mul(Doubles.load(y, place));
            DoubleVector b = Doubles.load(g, place + HALF_BYTES).sub(high).mul(Doubles.load(y, place + HALF_BYTES));
            Doubles.join(a, b).intoMemorySegment(dx, place, ORDER);
        }
    }
}
