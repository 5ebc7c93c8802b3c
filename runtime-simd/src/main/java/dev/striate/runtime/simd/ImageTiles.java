package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loop of convolutions over images in row-major order: what {@link BlockTiles} does, where neighbouring pixels are
 * neighbouring elements. All distances but the table are constants, unlike those of {@link RowTiles}: each step has one address to
 * compute.
 */
final class ImageTiles {
    /** The pixels of a tile. */
    static final int PIXELS = 8;

    /** Whether the machine has registers enough. */
    static final boolean FIT = BlockTiles.MOST >= PIXELS;

    private ImageTiles() {}

    /**
     * Sets {@link #PIXELS} pixels of two blocks to sums over all steps of an element of {@code x} times two vectors of
     * {@code w}.
     *
     * @param x the address where the first pixel's window begins; the others follow at each element
     * @param steps how far each step's element is from there, in bytes
     * @param w the address where the weights begin: two vectors for each step
     * @param y the address where the first pixel lies
     * @param pixel from one pixel to the next in {@code y}
     * @param plane from the first block to the second in {@code y}; 0 if there is none
     */
    static void set(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector b2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector b3 = FloatVector.zero(S);
        FloatVector a4 = FloatVector.zero(S);
        FloatVector b4 = FloatVector.zero(S);
        FloatVector a5 = FloatVector.zero(S);
        FloatVector b5 = FloatVector.zero(S);
        FloatVector a6 = FloatVector.zero(S);
        FloatVector b6 = FloatVector.zero(S);
        FloatVector a7 = FloatVector.zero(S);
        FloatVector b7 = FloatVector.zero(S);
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + Float.BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * Float.BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * Float.BYTES));
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * Float.BYTES));
            a4 = e4.fma(u, a4);
            b4 = e4.fma(v, b4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * Float.BYTES));
            a5 = e5.fma(u, a5);
            b5 = e5.fma(v, b5);
            FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 6L * Float.BYTES));
            a6 = e6.fma(u, a6);
            b6 = e6.fma(v, b6);
            FloatVector e7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 7L * Float.BYTES));
            a7 = e7.fma(u, a7);
            b7 = e7.fma(v, b7);
        }
        b0.intoMemorySegment(MEMORY, (y + plane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + plane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + plane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        b3.intoMemorySegment(MEMORY, (y + plane + 3 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        b4.intoMemorySegment(MEMORY, (y + plane + 4 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
        b5.intoMemorySegment(MEMORY, (y + plane + 5 * pixel) & ADDRESS, ORDER);
        a5.intoMemorySegment(MEMORY, (y + 5 * pixel) & ADDRESS, ORDER);
        b6.intoMemorySegment(MEMORY, (y + plane + 6 * pixel) & ADDRESS, ORDER);
        a6.intoMemorySegment(MEMORY, (y + 6 * pixel) & ADDRESS, ORDER);
        b7.intoMemorySegment(MEMORY, (y + plane + 7 * pixel) & ADDRESS, ORDER);
        a7.intoMemorySegment(MEMORY, (y + 7 * pixel) & ADDRESS, ORDER);
    }
}
