package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of convolutions over blocks of channels: sums over steps for a few neighbouring pixels and two blocks of
 * output channels, in registers. A step is an element of the window in one input channel: at each pixel the same distance
 * from where the pixel's window begins, which a table tells; so the loop is one for all channels and taps, and the
 * same for any window. Written out for each number of pixels, because vectors stay in registers only as local variables.
 */
final class BlockTiles {
    /** The most pixels of a tile: two accumulators each, and a few vectors more, are all registers. */
    static final int MOST = BYTES == 64 || System.getProperty("os.arch").equals("aarch64") ? 8 : 6;

    private BlockTiles() {}

    /**
     * Sets {@code pixels} pixels of two blocks to sums over all steps of an element of {@code x} times two vectors of {@code w}.
     *
     * @param pixels 1 to {@link #MOST}
     * @param x the address where the first pixel's window begins; the others follow at each vector
     * @param steps how far each step's element is from there, in bytes
     * @param w the address where the weights begin: two vectors for each step
     * @param y the address where the first pixel lies
     * @param pixel from one pixel to the next in {@code y}
     * @param plane from the first block to the second in {@code y}; 0 if there is none
     */
    static void set(int pixels, long x, int[] steps, long w, long y, long pixel, long plane) {
        switch (pixels) {
            case 1 -> tile1(x, steps, w, y, plane);
            case 2 -> tile2(x, steps, w, y, pixel, plane);
            case 3 -> tile3(x, steps, w, y, pixel, plane);
            case 4 -> tile4(x, steps, w, y, pixel, plane);
            case 5 -> tile5(x, steps, w, y, pixel, plane);
            case 6 -> tile6(x, steps, w, y, pixel, plane);
            case 7 -> tile7(x, steps, w, y, pixel, plane);
            case 8 -> tile8(x, steps, w, y, pixel, plane);
            default -> throw new IllegalArgumentException("no tile has " + pixels + " pixels");
        }
    }

    private static void tile1(long x, int[] steps, long w, long y, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
        }
        b0.intoMemorySegment(MEMORY, (y + plane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
    }

    private static void tile2(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
        }
        b0.intoMemorySegment(MEMORY, (y + plane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + plane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
    }

    private static void tile3(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
        }
        b0.intoMemorySegment(MEMORY, (y + plane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + plane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + plane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
    }

    private static void tile4(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
        }
        b0.intoMemorySegment(MEMORY, (y + plane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + plane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + plane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        b3.intoMemorySegment(MEMORY, (y + plane + 3 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
    }

    private static void tile5(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        FloatVector a4 = a0;
        FloatVector b4 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * BYTES));
            a4 = e4.fma(u, a4);
            b4 = e4.fma(v, b4);
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
    }

    private static void tile6(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        FloatVector a4 = a0;
        FloatVector b4 = a0;
        FloatVector a5 = a0;
        FloatVector b5 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * BYTES));
            a4 = e4.fma(u, a4);
            b4 = e4.fma(v, b4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * BYTES));
            a5 = e5.fma(u, a5);
            b5 = e5.fma(v, b5);
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
    }

    private static void tile7(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        FloatVector a4 = a0;
        FloatVector b4 = a0;
        FloatVector a5 = a0;
        FloatVector b5 = a0;
        FloatVector a6 = a0;
        FloatVector b6 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * BYTES));
            a4 = e4.fma(u, a4);
            b4 = e4.fma(v, b4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * BYTES));
            a5 = e5.fma(u, a5);
            b5 = e5.fma(v, b5);
            FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 6L * BYTES));
            a6 = e6.fma(u, a6);
            b6 = e6.fma(v, b6);
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
    }

    private static void tile8(long x, int[] steps, long w, long y, long pixel, long plane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        FloatVector a4 = a0;
        FloatVector b4 = a0;
        FloatVector a5 = a0;
        FloatVector b5 = a0;
        FloatVector a6 = a0;
        FloatVector b6 = a0;
        FloatVector a7 = a0;
        FloatVector b7 = a0;
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            long t = (w + (long) i * 2 * BYTES) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            b3 = e3.fma(v, b3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * BYTES));
            a4 = e4.fma(u, a4);
            b4 = e4.fma(v, b4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * BYTES));
            a5 = e5.fma(u, a5);
            b5 = e5.fma(v, b5);
            FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 6L * BYTES));
            a6 = e6.fma(u, a6);
            b6 = e6.fma(v, b6);
            FloatVector e7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 7L * BYTES));
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
