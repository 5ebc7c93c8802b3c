package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * Loops of softmax over the classes at each of {@code LANES} neighbouring places: a lane is a place. The first place lies at
 * byte {@code at} in the first class, and {@code step} bytes further in the next one. Sums are in float64. Each pass is a method
 * of its own, since the JIT compiler inlines only so much into one and keeps vectors on the heap beyond that.
 */
final class SoftmaxColumns {
    private SoftmaxColumns() {}

    /** {@code x} less the largest of its classes at each place. */
    static void shift(MemorySegment x, MemorySegment y, long at, int classes, long step) {
        FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        for (int c = 0; c < classes; c++) {
            max = max.max(FloatVector.fromMemorySegment(S, x, at + c * step, ORDER));
        }
        for (int c = 0; c < classes; c++) {
            FloatVector.fromMemorySegment(S, x, at + c * step, ORDER)
                    .sub(max)
                    .intoMemorySegment(y, at + c * step, ORDER);
        }
    }

    /** Exponentials of all classes; {@code toStep} is from one class to the next in {@code y}. */
    static void exponentials(MemorySegment x, long at, long step, MemorySegment y, long to, long toStep, int classes) {
        for (int c = 0; c < classes; c++) {
            VectorMath.exp(FloatVector.fromMemorySegment(S, x, at + c * step, ORDER))
                    .intoMemorySegment(y, to + c * toStep, ORDER);
        }
    }

    /** The sum over the classes, to byte {@code to} of {@code sums}. */
    static void sums(MemorySegment x, long at, int classes, long step, MemorySegment sums, long to) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < classes; c++) {
            low = low.add(Doubles.load(x, at + c * step));
            high = high.add(Doubles.load(x, at + c * step + HALF_BYTES));
        }
        Doubles.join(low, high).intoMemorySegment(sums, to, ORDER);
    }

    /** Divides all classes at each place by a number of the place. */
    static void divide(MemorySegment y, long at, int classes, long step, MemorySegment divisors, long from) {
        FloatVector divisor = FloatVector.fromMemorySegment(S, divisors, from, ORDER);
        for (int c = 0; c < classes; c++) {
            FloatVector.fromMemorySegment(S, y, at + c * step, ORDER)
                    .div(divisor)
                    .intoMemorySegment(y, at + c * step, ORDER);
        }
    }

    /** Subtracts from all classes at each place the logarithm of a number of the place. */
    static void subtractLog(MemorySegment y, long at, int classes, long step, MemorySegment numbers, long from) {
        for (long lane = from; lane < from + Simd.BYTES; lane += Float.BYTES) {
            numbers.set(JAVA_FLOAT, lane, (float) Math.log(numbers.get(JAVA_FLOAT, lane)));
        }
        FloatVector log = FloatVector.fromMemorySegment(S, numbers, from, ORDER);
        for (int c = 0; c < classes; c++) {
            FloatVector.fromMemorySegment(S, y, at + c * step, ORDER)
                    .sub(log)
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

    /** {@code g - e * sum}, where {@code e} follow one another from byte {@code own} on, and the sum comes behind them. */
    static void logGradient(
            MemorySegment g, MemorySegment e, long own, MemorySegment dx, long at, int classes, long step) {
        FloatVector sum = FloatVector.fromMemorySegment(S, e, own + (long) classes * Simd.BYTES, ORDER);
        for (int c = 0; c < classes; c++) {
            FloatVector.fromMemorySegment(S, g, at + c * step, ORDER)
                    .sub(FloatVector.fromMemorySegment(S, e, own + (long) c * Simd.BYTES, ORDER)
                            .mul(sum))
                    .intoMemorySegment(dx, at + c * step, ORDER);
        }
    }
}
