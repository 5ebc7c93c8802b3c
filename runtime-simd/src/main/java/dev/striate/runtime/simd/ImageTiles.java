package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The inner loop of convolutions over images in row-major order: what {@link BlockTiles} does, where neighbouring pixels are
 * neighbouring elements. All distances but the table are constants, since the JIT compiler then joins checks of bounds, which
 * are a seventh of the time of {@link RowTiles}.
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
     * @param x0 where the first pixel's window begins in {@code x}, in bytes; the others follow at each element
     * @param steps how far each step's element is from there, in bytes
     * @param w0 where the weights begin: two vectors for each step
     * @param y0 where the first pixel lies in {@code y}
     * @param pixel from one pixel to the next in {@code y}
     * @param plane from the first block to the second in {@code y}; 0 if there is none
     */
    static void set(
            MemorySegment x,
            long x0,
            int[] steps,
            MemorySegment w,
            long w0,
            MemorySegment y,
            long y0,
            long pixel,
            long plane) {
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
            long s = x0 + steps[i];
            long t = w0 + (long) i * 2 * BYTES;
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + Float.BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + 2L * Float.BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + 3L * Float.BYTES));
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
            FloatVector e4 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + 4L * Float.BYTES));
            a4 = e4.fma(u, a4);
            b4 = e4.fma(v, b4);
            FloatVector e5 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + 5L * Float.BYTES));
            a5 = e5.fma(u, a5);
            b5 = e5.fma(v, b5);
            FloatVector e6 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + 6L * Float.BYTES));
            a6 = e6.fma(u, a6);
            b6 = e6.fma(v, b6);
            FloatVector e7 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + 7L * Float.BYTES));
            a7 = e7.fma(u, a7);
            b7 = e7.fma(v, b7);
        }
        b0.intoMemorySegment(y, y0 + plane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + plane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
        b2.intoMemorySegment(y, y0 + plane + 2 * pixel, ORDER);
        a2.intoMemorySegment(y, y0 + 2 * pixel, ORDER);
        b3.intoMemorySegment(y, y0 + plane + 3 * pixel, ORDER);
        a3.intoMemorySegment(y, y0 + 3 * pixel, ORDER);
        b4.intoMemorySegment(y, y0 + plane + 4 * pixel, ORDER);
        a4.intoMemorySegment(y, y0 + 4 * pixel, ORDER);
        b5.intoMemorySegment(y, y0 + plane + 5 * pixel, ORDER);
        a5.intoMemorySegment(y, y0 + 5 * pixel, ORDER);
        b6.intoMemorySegment(y, y0 + plane + 6 * pixel, ORDER);
        a6.intoMemorySegment(y, y0 + 6 * pixel, ORDER);
        b7.intoMemorySegment(y, y0 + plane + 7 * pixel, ORDER);
        a7.intoMemorySegment(y, y0 + 7 * pixel, ORDER);
    }
}
