package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The inner loop of {@link RowWeightGradient}: a few channels of the gradient times a few steps of the source, as sums in registers. */
final class RowProducts {
    /** The most channels of a tile, and the most steps. */
    static final int CHANNELS = 3;

    static final int STEPS = 5;

    private RowProducts() {}

    /**
     * Adds to vectors of sums, for some channels and steps, the products of all vectors of a band.
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
     * @param sums where the vector of the first channel and step lies; those of the other steps follow
     * @param next from one channel to the next there
     */
    static void add(
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
            long sums,
            long next) {
        // Channels and steps that there are not are computed as the last one is, and stored to the same place.
        int lastStep = count - 1;
        long s1 = (long) Math.min(1, lastStep) * BYTES;
        long s2 = (long) Math.min(2, lastStep) * BYTES;
        long s3 = (long) Math.min(3, lastStep) * BYTES;
        long s4 = (long) lastStep * BYTES;
        long sums1 = sums + Math.min(1, channels - 1) * next;
        long sums2 = sums + (channels - 1) * next;
        long second = Math.min(1, channels - 1) * plane;
        long third = (channels - 1) * plane;
        long x0 = x + steps[first];
        long x1 = x + steps[first + Math.min(1, lastStep)];
        long x2 = x + steps[first + Math.min(2, lastStep)];
        long x3 = x + steps[first + Math.min(3, lastStep)];
        long x4 = x + steps[first + lastStep];
        FloatVector a00 = FloatVector.fromMemorySegment(S, memory, sums, ORDER);
        FloatVector a01 = FloatVector.fromMemorySegment(S, memory, sums + s1, ORDER);
        FloatVector a02 = FloatVector.fromMemorySegment(S, memory, sums + s2, ORDER);
        FloatVector a03 = FloatVector.fromMemorySegment(S, memory, sums + s3, ORDER);
        FloatVector a04 = FloatVector.fromMemorySegment(S, memory, sums + s4, ORDER);
        FloatVector a10 = FloatVector.fromMemorySegment(S, memory, sums1, ORDER);
        FloatVector a11 = FloatVector.fromMemorySegment(S, memory, sums1 + s1, ORDER);
        FloatVector a12 = FloatVector.fromMemorySegment(S, memory, sums1 + s2, ORDER);
        FloatVector a13 = FloatVector.fromMemorySegment(S, memory, sums1 + s3, ORDER);
        FloatVector a14 = FloatVector.fromMemorySegment(S, memory, sums1 + s4, ORDER);
        FloatVector a20 = FloatVector.fromMemorySegment(S, memory, sums2, ORDER);
        FloatVector a21 = FloatVector.fromMemorySegment(S, memory, sums2 + s1, ORDER);
        FloatVector a22 = FloatVector.fromMemorySegment(S, memory, sums2 + s2, ORDER);
        FloatVector a23 = FloatVector.fromMemorySegment(S, memory, sums2 + s3, ORDER);
        FloatVector a24 = FloatVector.fromMemorySegment(S, memory, sums2 + s4, ORDER);
        for (int i = 0; i < read.length; i++) {
            long r = read[i];
            long t = g + gradient[i];
            FloatVector g0 = FloatVector.fromMemorySegment(S, memory, t, ORDER);
            FloatVector g1 = FloatVector.fromMemorySegment(S, memory, t + second, ORDER);
            FloatVector g2 = FloatVector.fromMemorySegment(S, memory, t + third, ORDER);
            FloatVector e0 = FloatVector.fromMemorySegment(S, memory, x0 + r, ORDER);
            a00 = e0.fma(g0, a00);
            a10 = e0.fma(g1, a10);
            a20 = e0.fma(g2, a20);
            FloatVector e1 = FloatVector.fromMemorySegment(S, memory, x1 + r, ORDER);
            a01 = e1.fma(g0, a01);
            a11 = e1.fma(g1, a11);
            a21 = e1.fma(g2, a21);
            FloatVector e2 = FloatVector.fromMemorySegment(S, memory, x2 + r, ORDER);
            a02 = e2.fma(g0, a02);
            a12 = e2.fma(g1, a12);
            a22 = e2.fma(g2, a22);
            FloatVector e3 = FloatVector.fromMemorySegment(S, memory, x3 + r, ORDER);
            a03 = e3.fma(g0, a03);
            a13 = e3.fma(g1, a13);
            a23 = e3.fma(g2, a23);
            FloatVector e4 = FloatVector.fromMemorySegment(S, memory, x4 + r, ORDER);
            a04 = e4.fma(g0, a04);
            a14 = e4.fma(g1, a14);
            a24 = e4.fma(g2, a24);
        }
        a00.intoMemorySegment(memory, sums, ORDER);
        a01.intoMemorySegment(memory, sums + s1, ORDER);
        a02.intoMemorySegment(memory, sums + s2, ORDER);
        a03.intoMemorySegment(memory, sums + s3, ORDER);
        a04.intoMemorySegment(memory, sums + s4, ORDER);
        a10.intoMemorySegment(memory, sums1, ORDER);
        a11.intoMemorySegment(memory, sums1 + s1, ORDER);
        a12.intoMemorySegment(memory, sums1 + s2, ORDER);
        a13.intoMemorySegment(memory, sums1 + s3, ORDER);
        a14.intoMemorySegment(memory, sums1 + s4, ORDER);
        a20.intoMemorySegment(memory, sums2, ORDER);
        a21.intoMemorySegment(memory, sums2 + s1, ORDER);
        a22.intoMemorySegment(memory, sums2 + s2, ORDER);
        a23.intoMemorySegment(memory, sums2 + s3, ORDER);
        a24.intoMemorySegment(memory, sums2 + s4, ORDER);
    }
}
