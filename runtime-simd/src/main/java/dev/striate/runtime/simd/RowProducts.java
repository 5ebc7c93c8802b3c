package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The inner loop of {@link RowWeightGradient}: two channels of the gradient times a few steps of the source, as sums in registers. */
final class RowProducts {
    /** The channels of a tile, and its steps. */
    static final int CHANNELS = 2;

    static final int STEPS = 5;

    /** What the sums of a tile take, in bytes: {@code [CHANNELS, STEPS, LANES]}. */
    static final long TILE = (long) CHANNELS * STEPS * BYTES;

    private RowProducts() {}

    /**
     * Sets the sums of a tile to the products of all vectors of a band. Channels and steps that there are not are computed as the last one
     * is.
     *
     * @param channels 1 to {@link #CHANNELS}
     * @param count the steps: 1 to {@link #STEPS}
     * @param memory the memory of everything
     * @param x where the band of the source begins, in bytes
     * @param steps how far the elements of each step are from there
     * @param first the first of these steps
     * @param read how far each vector of pixels is from there
     * @param g where the band of the gradient's first channel begins
     * @param plane from one of its channels to the next
     * @param gradient how far each vector of its pixels is from there
     * @param to where the tile lies
     */
    static void set(
            int channels,
            int count,
            MemorySegment memory,
            long x,
            int[] steps,
            int first,
            int[] read,
            long g,
            long plane,
            int[] gradient,
            long to) {
        int last = count - 1;
        long second = (channels - 1) * plane;
        long x0 = x + steps[first];
        long x1 = x + steps[first + Math.min(1, last)];
        long x2 = x + steps[first + Math.min(2, last)];
        long x3 = x + steps[first + Math.min(3, last)];
        long x4 = x + steps[first + last];
        FloatVector a00 = FloatVector.zero(S);
        FloatVector a01 = FloatVector.zero(S);
        FloatVector a02 = FloatVector.zero(S);
        FloatVector a03 = FloatVector.zero(S);
        FloatVector a04 = FloatVector.zero(S);
        FloatVector a10 = FloatVector.zero(S);
        FloatVector a11 = FloatVector.zero(S);
        FloatVector a12 = FloatVector.zero(S);
        FloatVector a13 = FloatVector.zero(S);
        FloatVector a14 = FloatVector.zero(S);
        for (int i = 0; i < read.length; i++) {
            long r = read[i];
            long t = g + gradient[i];
            FloatVector g0 = FloatVector.fromMemorySegment(S, memory, t, ORDER);
            FloatVector g1 = FloatVector.fromMemorySegment(S, memory, t + second, ORDER);
            FloatVector e0 = FloatVector.fromMemorySegment(S, memory, x0 + r, ORDER);
            a00 = e0.fma(g0, a00);
            a10 = e0.fma(g1, a10);
            FloatVector e1 = FloatVector.fromMemorySegment(S, memory, x1 + r, ORDER);
            a01 = e1.fma(g0, a01);
            a11 = e1.fma(g1, a11);
            FloatVector e2 = FloatVector.fromMemorySegment(S, memory, x2 + r, ORDER);
            a02 = e2.fma(g0, a02);
            a12 = e2.fma(g1, a12);
            FloatVector e3 = FloatVector.fromMemorySegment(S, memory, x3 + r, ORDER);
            a03 = e3.fma(g0, a03);
            a13 = e3.fma(g1, a13);
            FloatVector e4 = FloatVector.fromMemorySegment(S, memory, x4 + r, ORDER);
            a04 = e4.fma(g0, a04);
            a14 = e4.fma(g1, a14);
        }
        a00.intoMemorySegment(memory, to, ORDER);
        a01.intoMemorySegment(memory, to + BYTES, ORDER);
        a02.intoMemorySegment(memory, to + 2L * BYTES, ORDER);
        a03.intoMemorySegment(memory, to + 3L * BYTES, ORDER);
        a04.intoMemorySegment(memory, to + 4L * BYTES, ORDER);
        a10.intoMemorySegment(memory, to + 5L * BYTES, ORDER);
        a11.intoMemorySegment(memory, to + 6L * BYTES, ORDER);
        a12.intoMemorySegment(memory, to + 7L * BYTES, ORDER);
        a13.intoMemorySegment(memory, to + 8L * BYTES, ORDER);
        a14.intoMemorySegment(memory, to + 9L * BYTES, ORDER);
    }
}
