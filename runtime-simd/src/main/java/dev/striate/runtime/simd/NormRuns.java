package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;

/**
 * Loops of normalization over elements that follow one another and have the same numbers, in float64. Sums are those of the lanes in
 * order, then of what is left, so that they do not depend on how the JIT compiler adds lanes.
 */
final class NormRuns {
    /** What a sum takes of memory, in bytes: its lanes. */
    static final int SCRATCH = BYTES;

    private NormRuns() {}

    /** The sum. */
    static double sum(MemorySegment x, long at, int count, MemorySegment scratch, long lanes) {
        DoubleVector sum = DoubleVector.zero(D);
        int whole = count - count % LANES;
        for (int i = 0; i < whole; i += LANES) {
            long place = at + (long) i * Float.BYTES;
            sum = sum.add(Doubles.load(x, place)).add(Doubles.load(x, place + HALF_BYTES));
        }
        sum.intoMemorySegment(scratch, lanes, ORDER);
        double total = total(scratch, lanes);
        for (int i = whole; i < count; i++) {
            total += get(x, at, i);
        }
        return total;
    }

    /** The sum of squares of distances from a mean. */
    static double squares(MemorySegment x, long at, int count, double mean, MemorySegment scratch, long lanes) {
        DoubleVector sum = DoubleVector.zero(D);
        int whole = count - count % LANES;
        for (int i = 0; i < whole; i += LANES) {
            long place = at + (long) i * Float.BYTES;
            DoubleVector low = Doubles.load(x, place).sub(mean);
            DoubleVector high = Doubles.load(x, place + HALF_BYTES).sub(mean);
            sum = high.fma(high, low.fma(low, sum));
        }
        sum.intoMemorySegment(scratch, lanes, ORDER);
        double total = total(scratch, lanes);
        for (int i = whole; i < count; i++) {
            double distance = get(x, at, i) - mean;
            total += distance * distance;
        }
        return total;
    }

    /** The sum of gradients times distances of x from a mean. */
    static double products(
            MemorySegment g, MemorySegment x, long at, int count, double mean, MemorySegment scratch, long lanes) {
        DoubleVector sum = DoubleVector.zero(D);
        int whole = count - count % LANES;
        for (int i = 0; i < whole; i += LANES) {
            long place = at + (long) i * Float.BYTES;
            sum = Doubles.load(g, place).fma(Doubles.load(x, place).sub(mean), sum);
            sum = Doubles.load(g, place + HALF_BYTES)
                    .fma(Doubles.load(x, place + HALF_BYTES).sub(mean), sum);
        }
        sum.intoMemorySegment(scratch, lanes, ORDER);
        double total = total(scratch, lanes);
        for (int i = whole; i < count; i++) {
            total += get(g, at, i) * (get(x, at, i) - mean);
        }
        return total;
    }

    /** {@code (x - mean) * factor + summand}. */
    static void affine(
            MemorySegment x, MemorySegment y, long at, int count, double mean, double factor, double summand) {
        int whole = count - count % LANES;
        for (int i = 0; i < whole; i += LANES) {
            long place = at + (long) i * Float.BYTES;
            DoubleVector low = Doubles.load(x, place).sub(mean).mul(factor).add(summand);
            DoubleVector high =
                    Doubles.load(x, place + HALF_BYTES).sub(mean).mul(factor).add(summand);
            Doubles.join(low, high).intoMemorySegment(y, place, ORDER);
        }
        for (int i = whole; i < count; i++) {
            set(y, at, i, (get(x, at, i) - mean) * factor + summand);
        }
    }

    /** {@code g * factor - share - (x - mean) * slope}. */
    static void gradient(
            MemorySegment g,
            MemorySegment x,
            MemorySegment y,
            long at,
            int count,
            double factor,
            double share,
            double mean,
            double slope) {
        int whole = count - count % LANES;
        for (int i = 0; i < whole; i += LANES) {
            long place = at + (long) i * Float.BYTES;
            DoubleVector low = Doubles.load(g, place).mul(factor).sub(share);
            DoubleVector high = Doubles.load(g, place + HALF_BYTES).mul(factor).sub(share);
            low = low.sub(Doubles.load(x, place).sub(mean).mul(slope));
            high = high.sub(Doubles.load(x, place + HALF_BYTES).sub(mean).mul(slope));
            Doubles.join(low, high).intoMemorySegment(y, place, ORDER);
        }
        for (int i = whole; i < count; i++) {
            set(y, at, i, get(g, at, i) * factor - share - (get(x, at, i) - mean) * slope);
        }
    }

    /** The sum of lanes in memory, in order. */
    static double total(MemorySegment scratch, long lanes) {
        double total = 0;
        for (int i = 0; i < LANES / 2; i++) {
            total += scratch.get(JAVA_DOUBLE_UNALIGNED, lanes + (long) i * Double.BYTES);
        }
        return total;
    }

    private static double get(MemorySegment x, long at, int i) {
        return x.get(JAVA_FLOAT_UNALIGNED, at + (long) i * Float.BYTES);
    }

    private static void set(MemorySegment y, long at, int i, double value) {
        y.set(JAVA_FLOAT_UNALIGNED, at + (long) i * Float.BYTES, (float) value);
    }
}
