package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link BlockTiles} of more pixels, for products of Winograd's filtering: their loops are short, so that fewer
 * and larger tiles cost less around them. With 14 pixels the JIT compiler gives up in about every second process.
 */
final class WideTiles {
    /** The most pixels of a tile, where the machine has registers for more than {@link BlockTiles} has. */
    static final int MOST = BlockTiles.MOST == 8 ? 12 : BlockTiles.MOST;

    private WideTiles() {}

    /**
     * Sets {@code pixels} pixels of two blocks, as {@link BlockTiles#set} does.
     *
     * @param pixels 1 to {@link #MOST}
     */
    static void set(int pixels, long x, int[] steps, long w, long y, long pixel, long plane) {
        switch (pixels) {
            case 9 -> tile9(x, steps, w, y, pixel, plane);
            case 10 -> tile10(x, steps, w, y, pixel, plane);
            case 11 -> tile11(x, steps, w, y, pixel, plane);
            case 12 -> tile12(x, steps, w, y, pixel, plane);
            default -> BlockTiles.set(pixels, x, steps, w, y, pixel, plane);
        }
    }

    private static void tile9(long x, int[] steps, long w, long y, long pixel, long plane) {
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
        FloatVector a8 = a0;
        FloatVector b8 = a0;
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
            FloatVector e8 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 8L * BYTES));
            a8 = e8.fma(u, a8);
            b8 = e8.fma(v, b8);
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
        b8.intoMemorySegment(MEMORY, (y + plane + 8 * pixel) & ADDRESS, ORDER);
        a8.intoMemorySegment(MEMORY, (y + 8 * pixel) & ADDRESS, ORDER);
    }

    private static void tile10(long x, int[] steps, long w, long y, long pixel, long plane) {
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
        FloatVector a8 = a0;
        FloatVector b8 = a0;
        FloatVector a9 = a0;
        FloatVector b9 = a0;
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
            FloatVector e8 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 8L * BYTES));
            a8 = e8.fma(u, a8);
            b8 = e8.fma(v, b8);
            FloatVector e9 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 9L * BYTES));
            a9 = e9.fma(u, a9);
            b9 = e9.fma(v, b9);
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
        b8.intoMemorySegment(MEMORY, (y + plane + 8 * pixel) & ADDRESS, ORDER);
        a8.intoMemorySegment(MEMORY, (y + 8 * pixel) & ADDRESS, ORDER);
        b9.intoMemorySegment(MEMORY, (y + plane + 9 * pixel) & ADDRESS, ORDER);
        a9.intoMemorySegment(MEMORY, (y + 9 * pixel) & ADDRESS, ORDER);
    }

    private static void tile11(long x, int[] steps, long w, long y, long pixel, long plane) {
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
        FloatVector a8 = a0;
        FloatVector b8 = a0;
        FloatVector a9 = a0;
        FloatVector b9 = a0;
        FloatVector a10 = a0;
        FloatVector b10 = a0;
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
            FloatVector e8 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 8L * BYTES));
            a8 = e8.fma(u, a8);
            b8 = e8.fma(v, b8);
            FloatVector e9 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 9L * BYTES));
            a9 = e9.fma(u, a9);
            b9 = e9.fma(v, b9);
            FloatVector e10 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 10L * BYTES));
            a10 = e10.fma(u, a10);
            b10 = e10.fma(v, b10);
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
        b8.intoMemorySegment(MEMORY, (y + plane + 8 * pixel) & ADDRESS, ORDER);
        a8.intoMemorySegment(MEMORY, (y + 8 * pixel) & ADDRESS, ORDER);
        b9.intoMemorySegment(MEMORY, (y + plane + 9 * pixel) & ADDRESS, ORDER);
        a9.intoMemorySegment(MEMORY, (y + 9 * pixel) & ADDRESS, ORDER);
        b10.intoMemorySegment(MEMORY, (y + plane + 10 * pixel) & ADDRESS, ORDER);
        a10.intoMemorySegment(MEMORY, (y + 10 * pixel) & ADDRESS, ORDER);
    }

    private static void tile12(long x, int[] steps, long w, long y, long pixel, long plane) {
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
        FloatVector a8 = a0;
        FloatVector b8 = a0;
        FloatVector a9 = a0;
        FloatVector b9 = a0;
        FloatVector a10 = a0;
        FloatVector b10 = a0;
        FloatVector a11 = a0;
        FloatVector b11 = a0;
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
            FloatVector e8 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 8L * BYTES));
            a8 = e8.fma(u, a8);
            b8 = e8.fma(v, b8);
            FloatVector e9 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 9L * BYTES));
            a9 = e9.fma(u, a9);
            b9 = e9.fma(v, b9);
            FloatVector e10 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 10L * BYTES));
            a10 = e10.fma(u, a10);
            b10 = e10.fma(v, b10);
            FloatVector e11 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 11L * BYTES));
            a11 = e11.fma(u, a11);
            b11 = e11.fma(v, b11);
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
        b8.intoMemorySegment(MEMORY, (y + plane + 8 * pixel) & ADDRESS, ORDER);
        a8.intoMemorySegment(MEMORY, (y + 8 * pixel) & ADDRESS, ORDER);
        b9.intoMemorySegment(MEMORY, (y + plane + 9 * pixel) & ADDRESS, ORDER);
        a9.intoMemorySegment(MEMORY, (y + 9 * pixel) & ADDRESS, ORDER);
        b10.intoMemorySegment(MEMORY, (y + plane + 10 * pixel) & ADDRESS, ORDER);
        a10.intoMemorySegment(MEMORY, (y + 10 * pixel) & ADDRESS, ORDER);
        b11.intoMemorySegment(MEMORY, (y + plane + 11 * pixel) & ADDRESS, ORDER);
        a11.intoMemorySegment(MEMORY, (y + 11 * pixel) & ADDRESS, ORDER);
    }
}
