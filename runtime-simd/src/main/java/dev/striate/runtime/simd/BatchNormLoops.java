package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.BLOCK_BYTES;
import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Doubles.HALF_BYTES;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;

/** Sums over runs of pixels of one block of channels, and what is computed from them, in float64. */
final class BatchNormLoops {
    private BatchNormLoops() {}

    /**
     * Adds to two sums of each channel: the distances from an origin, and their squares.
     *
     * @param origin where the origins begin, in x
     * @param sums where the first sums are; the second follow
     */
    static void moments(MemorySegment x, long from, int pixels, long origin, MemorySegment sums, long at) {
        DoubleVector lowOrigin = Doubles.load(x, origin);
        DoubleVector highOrigin = Doubles.load(x, origin + HALF_BYTES);
        DoubleVector low = DoubleVector.fromMemorySegment(D, sums, at, ORDER);
        DoubleVector high = DoubleVector.fromMemorySegment(D, sums, at + BYTES, ORDER);
        DoubleVector lowSquares = DoubleVector.fromMemorySegment(D, sums, at + BLOCK_BYTES, ORDER);
        DoubleVector highSquares = DoubleVector.fromMemorySegment(D, sums, at + BLOCK_BYTES + BYTES, ORDER);
        for (int i = 0; i < pixels; i++) {
            long place = from + (long) i * BYTES;
            DoubleVector a = Doubles.load(x, place).sub(lowOrigin);
            DoubleVector b = Doubles.load(x, place + HALF_BYTES).sub(highOrigin);
            low = low.add(a);
            high = high.add(b);
            lowSquares = a.fma(a, lowSquares);
            highSquares = b.fma(b, highSquares);
        }
        low.intoMemorySegment(sums, at, ORDER);
        high.intoMemorySegment(sums, at + BYTES, ORDER);
        lowSquares.intoMemorySegment(sums, at + BLOCK_BYTES, ORDER);
        highSquares.intoMemorySegment(sums, at + BLOCK_BYTES + BYTES, ORDER);
    }

    /**
     * Adds to two sums of each channel: the gradients times the distances of x from the mean, and the gradients.
     *
     * @param mean the means of the block's channels, in float64
     */
    static void gradientSums(
            MemorySegment g,
            MemorySegment x,
            long from,
            int pixels,
            MemorySegment means,
            long mean,
            MemorySegment sums,
            long at) {
        DoubleVector lowMean = DoubleVector.fromMemorySegment(D, means, mean, ORDER);
        DoubleVector highMean = DoubleVector.fromMemorySegment(D, means, mean + BYTES, ORDER);
        DoubleVector lowProducts = DoubleVector.fromMemorySegment(D, sums, at, ORDER);
        DoubleVector highProducts = DoubleVector.fromMemorySegment(D, sums, at + BYTES, ORDER);
        DoubleVector low = DoubleVector.fromMemorySegment(D, sums, at + BLOCK_BYTES, ORDER);
        DoubleVector high = DoubleVector.fromMemorySegment(D, sums, at + BLOCK_BYTES + BYTES, ORDER);
        for (int i = 0; i < pixels; i++) {
            long place = from + (long) i * BYTES;
            DoubleVector a = Doubles.load(g, place);
            DoubleVector b = Doubles.load(g, place + HALF_BYTES);
            low = low.add(a);
            high = high.add(b);
            lowProducts = a.fma(Doubles.load(x, place).sub(lowMean), lowProducts);
            highProducts = b.fma(Doubles.load(x, place + HALF_BYTES).sub(highMean), highProducts);
        }
        lowProducts.intoMemorySegment(sums, at, ORDER);
        highProducts.intoMemorySegment(sums, at + BYTES, ORDER);
        low.intoMemorySegment(sums, at + BLOCK_BYTES, ORDER);
        high.intoMemorySegment(sums, at + BLOCK_BYTES + BYTES, ORDER);
    }

    /** Adds the elements to one sum of each channel. */
    static void sum(MemorySegment x, long from, int pixels, MemorySegment sums, long at) {
        DoubleVector low = DoubleVector.fromMemorySegment(D, sums, at, ORDER);
        DoubleVector high = DoubleVector.fromMemorySegment(D, sums, at + BYTES, ORDER);
        for (int i = 0; i < pixels; i++) {
            long place = from + (long) i * BYTES;
            low = low.add(Doubles.load(x, place));
            high = high.add(Doubles.load(x, place + HALF_BYTES));
        }
        low.intoMemorySegment(sums, at, ORDER);
        high.intoMemorySegment(sums, at + BYTES, ORDER);
    }

    /**
     * {@code (g - share - (x - mean) * slope) * scale}, with numbers of each channel.
     *
     * @param numbers mean, slope, share and scale of the block's channels, in float64
     */
    static void inputGradient(
            MemorySegment g, MemorySegment x, MemorySegment y, long from, int pixels, MemorySegment numbers, long at) {
        DoubleVector lowMean = DoubleVector.fromMemorySegment(D, numbers, at, ORDER);
        DoubleVector highMean = DoubleVector.fromMemorySegment(D, numbers, at + BYTES, ORDER);
        DoubleVector lowSlope = DoubleVector.fromMemorySegment(D, numbers, at + BLOCK_BYTES, ORDER);
        DoubleVector highSlope = DoubleVector.fromMemorySegment(D, numbers, at + BLOCK_BYTES + BYTES, ORDER);
        DoubleVector lowShare = DoubleVector.fromMemorySegment(D, numbers, at + 2L * BLOCK_BYTES, ORDER);
        DoubleVector highShare = DoubleVector.fromMemorySegment(D, numbers, at + 2L * BLOCK_BYTES + BYTES, ORDER);
        DoubleVector lowScale = DoubleVector.fromMemorySegment(D, numbers, at + 3L * BLOCK_BYTES, ORDER);
        DoubleVector highScale = DoubleVector.fromMemorySegment(D, numbers, at + 3L * BLOCK_BYTES + BYTES, ORDER);
        for (int i = 0; i < pixels; i++) {
            long place = from + (long) i * BYTES;
            DoubleVector low = Doubles.load(g, place).sub(lowShare);
            DoubleVector high = Doubles.load(g, place + HALF_BYTES).sub(highShare);
            low = low.sub(Doubles.load(x, place).sub(lowMean).mul(lowSlope));
            high = high.sub(Doubles.load(x, place + HALF_BYTES).sub(highMean).mul(highSlope));
            Doubles.join(low.mul(lowScale), high.mul(highScale)).intoMemorySegment(y, place, ORDER);
        }
    }
}
