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
 * Loops of normalization over the channels at each of {@code LANES} neighbouring places, in float64: a lane is a place, and the sums
 * of each go through the channels in order.
 */
final class NormColumns {
    /** What {@link #statistics} leaves, in bytes: the means of the places, then one over the roots of their variances. */
    static final int STATISTICS = 4 * BYTES;

    /** That and what {@link #gradientSums} leaves. */
    static final int NUMBERS = 2 * STATISTICS;

    private NormColumns() {}

    /**
     * Mean and scale of each place.
     *
     * @param at where the first place lies in the first channel, in bytes
     * @param channels how many are normalized together
     * @param step from one channel to the next, in bytes
     * @param to where the numbers go in {@code numbers}
     */
    static void statistics(
            MemorySegment x, long at, int channels, long step, double eps, MemorySegment numbers, long to) {
        DoubleVector low = DoubleVector.zero(D);
        DoubleVector high = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            low = low.add(Doubles.load(x, at + c * step));
            high = high.add(Doubles.load(x, at + c * step + HALF_BYTES));
        }
        DoubleVector lowMean = low.div(channels);
        DoubleVector highMean = high.div(channels);
        DoubleVector lowSquares = DoubleVector.zero(D);
        DoubleVector highSquares = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            DoubleVector a = Doubles.load(x, at + c * step).sub(lowMean);
            DoubleVector b = Doubles.load(x, at + c * step + HALF_BYTES).sub(highMean);
            lowSquares = a.fma(a, lowSquares);
            highSquares = b.fma(b, highSquares);
        }
        DoubleVector one = DoubleVector.broadcast(D, 1);
        lowMean.intoMemorySegment(numbers, to, ORDER);
        highMean.intoMemorySegment(numbers, to + BYTES, ORDER);
        one.div(lowSquares.div(channels).add(eps).sqrt()).intoMemorySegment(numbers, to + 2L * BYTES, ORDER);
        one.div(highSquares.div(channels).add(eps).sqrt()).intoMemorySegment(numbers, to + 3L * BYTES, ORDER);
    }

    /** {@code (x - mean) * scale * weight + bias}. */
    static void forward(
            MemorySegment x,
            MemorySegment weight,
            MemorySegment bias,
            MemorySegment y,
            long at,
            int channels,
            long step,
            MemorySegment numbers,
            long from) {
        DoubleVector lowMean = DoubleVector.fromMemorySegment(D, numbers, from, ORDER);
        DoubleVector highMean = DoubleVector.fromMemorySegment(D, numbers, from + BYTES, ORDER);
        DoubleVector lowScale = DoubleVector.fromMemorySegment(D, numbers, from + 2L * BYTES, ORDER);
        DoubleVector highScale = DoubleVector.fromMemorySegment(D, numbers, from + 3L * BYTES, ORDER);
        for (int c = 0; c < channels; c++) {
            long place = at + c * step;
            double factor = get(weight, c);
            double summand = get(bias, c);
            DoubleVector low = Doubles.load(x, place).sub(lowMean).mul(lowScale);
            DoubleVector high =
                    Doubles.load(x, place + HALF_BYTES).sub(highMean).mul(highScale);
            Doubles.join(low.mul(factor).add(summand), high.mul(factor).add(summand))
                    .intoMemorySegment(y, place, ORDER);
        }
    }

    /**
     * What {@link #gradient} needs: the sums over the channels of {@code g * weight} and of {@code g * weight * (x - mean)}.
     *
     * @param numbers what {@link #statistics} left at {@code from}; these follow
     */
    static void gradientSums(
            MemorySegment g,
            MemorySegment x,
            MemorySegment weight,
            long at,
            int channels,
            long step,
            MemorySegment numbers,
            long from) {
        DoubleVector lowMean = DoubleVector.fromMemorySegment(D, numbers, from, ORDER);
        DoubleVector highMean = DoubleVector.fromMemorySegment(D, numbers, from + BYTES, ORDER);
        DoubleVector lowShare = DoubleVector.zero(D);
        DoubleVector highShare = DoubleVector.zero(D);
        DoubleVector lowSlope = DoubleVector.zero(D);
        DoubleVector highSlope = DoubleVector.zero(D);
        for (int c = 0; c < channels; c++) {
            long place = at + c * step;
            double factor = get(weight, c);
            DoubleVector low = Doubles.load(g, place).mul(factor);
            DoubleVector high = Doubles.load(g, place + HALF_BYTES).mul(factor);
            lowShare = lowShare.add(low);
            highShare = highShare.add(high);
            lowSlope = low.fma(Doubles.load(x, place).sub(lowMean), lowSlope);
            highSlope = high.fma(Doubles.load(x, place + HALF_BYTES).sub(highMean), highSlope);
        }
        lowShare.intoMemorySegment(numbers, from + 4L * BYTES, ORDER);
        highShare.intoMemorySegment(numbers, from + 5L * BYTES, ORDER);
        lowSlope.intoMemorySegment(numbers, from + 6L * BYTES, ORDER);
        highSlope.intoMemorySegment(numbers, from + 7L * BYTES, ORDER);
    }

    /**
     * Turns the sums into the term and the slope of {@link #gradient}, which is {@code (g * weight - mean(g * weight) - (x - mean)
     * * scale^2 * mean(g * weight * (x - mean))) * scale}.
     */
    static void gradientTerms(int channels, MemorySegment numbers, long from) {
        for (int half = 0; half < 2; half++) {
            long at = from + (long) half * BYTES;
            DoubleVector mean = DoubleVector.fromMemorySegment(D, numbers, at, ORDER);
            DoubleVector scale = DoubleVector.fromMemorySegment(D, numbers, at + 2L * BYTES, ORDER);
            DoubleVector share = DoubleVector.fromMemorySegment(D, numbers, at + 4L * BYTES, ORDER);
            DoubleVector slope = DoubleVector.fromMemorySegment(D, numbers, at + 6L * BYTES, ORDER);
            slope = slope.div(-channels).mul(scale).mul(scale).mul(scale);
            slope.intoMemorySegment(numbers, at + 6L * BYTES, ORDER);
            share.div(-channels).mul(scale).sub(mean.mul(slope)).intoMemorySegment(numbers, at + 4L * BYTES, ORDER);
        }
    }

    /** {@code g * weight * scale + x * slope + term}, with what {@link #gradientTerms} left. */
    static void gradient(
            MemorySegment g,
            MemorySegment x,
            MemorySegment weight,
            MemorySegment y,
            long at,
            int channels,
            long step,
            MemorySegment numbers,
            long from) {
        DoubleVector lowScale = DoubleVector.fromMemorySegment(D, numbers, from + 2L * BYTES, ORDER);
        DoubleVector highScale = DoubleVector.fromMemorySegment(D, numbers, from + 3L * BYTES, ORDER);
        DoubleVector lowTerm = DoubleVector.fromMemorySegment(D, numbers, from + 4L * BYTES, ORDER);
        DoubleVector highTerm = DoubleVector.fromMemorySegment(D, numbers, from + 5L * BYTES, ORDER);
        DoubleVector lowSlope = DoubleVector.fromMemorySegment(D, numbers, from + 6L * BYTES, ORDER);
        DoubleVector highSlope = DoubleVector.fromMemorySegment(D, numbers, from + 7L * BYTES, ORDER);
        for (int c = 0; c < channels; c++) {
            long place = at + c * step;
            double factor = get(weight, c);
            DoubleVector low = Doubles.load(x, place).fma(lowSlope, lowTerm);
            DoubleVector high = Doubles.load(x, place + HALF_BYTES).fma(highSlope, highTerm);
            low = Doubles.load(g, place).mul(factor).fma(lowScale, low);
            high = Doubles.load(g, place + HALF_BYTES).mul(factor).fma(highScale, high);
            Doubles.join(low, high).intoMemorySegment(y, place, ORDER);
        }
    }

    /**
     * The sum of {@code g * (x - mean) * scale} over a row of places of one channel.
     *
     * @param places how many; what is left behind whole vectors is in the last statistics, at their end
     * @param numbers the statistics of the row, {@link #STATISTICS} for as many places as there are lanes, from {@code from} on
     * @param lanes where {@link NormRuns#SCRATCH} bytes are free in {@code numbers}
     */
    static double row(
            MemorySegment g, MemorySegment x, long at, int places, MemorySegment numbers, long from, long lanes) {
        DoubleVector sum = DoubleVector.zero(D);
        int whole = places / LANES;
        for (int i = 0; i < whole; i++) {
            long place = at + (long) i * BYTES;
            long own = from + (long) i * STATISTICS;
            DoubleVector low = Doubles.load(x, place).sub(DoubleVector.fromMemorySegment(D, numbers, own, ORDER));
            DoubleVector high = Doubles.load(x, place + HALF_BYTES)
                    .sub(DoubleVector.fromMemorySegment(D, numbers, own + BYTES, ORDER));
            low = low.mul(DoubleVector.fromMemorySegment(D, numbers, own + 2L * BYTES, ORDER));
            high = high.mul(DoubleVector.fromMemorySegment(D, numbers, own + 3L * BYTES, ORDER));
            sum = Doubles.load(g, place + HALF_BYTES)
                    .fma(high, Doubles.load(g, place).fma(low, sum));
        }
        sum.intoMemorySegment(numbers, lanes, ORDER);
        double total = NormRuns.total(numbers, lanes);
        for (int i = whole * LANES; i < places; i++) {
            long lane = from + (long) whole * STATISTICS + (long) (LANES - places + i) * Double.BYTES;
            double mean = numbers.get(JAVA_DOUBLE_UNALIGNED, lane);
            double scale = numbers.get(JAVA_DOUBLE_UNALIGNED, lane + 2L * BYTES);
            long place = at + (long) i * Float.BYTES;
            total += g.get(JAVA_FLOAT_UNALIGNED, place) * (x.get(JAVA_FLOAT_UNALIGNED, place) - mean) * scale;
        }
        return total;
    }

    private static double get(MemorySegment numbers, int index) {
        return numbers.get(JAVA_FLOAT_UNALIGNED, (long) index * Float.BYTES);
    }
}
