package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops where neighbouring elements belong to different sums: of convolutions over images in row-major order,
 * where they belong to neighbouring pixels, and of weight gradients, where they belong to the channels of a block. Written
 * out for each number of elements, because vectors stay in registers only as local variables.
 */
final class RowTiles {
    /** The most elements of a tile. */
    static final int MOST = BlockTiles.MOST;

    private RowTiles() {}

    /**
     * Sets {@code elements} vectors in each of two blocks to sums over steps of an element of {@code x} times two vectors of
     * {@code w}.
     *
     * @param elements 1 to {@link #MOST}
     * @param x the address where the first element of step 0 lies but for {@code xs[0]}; the others follow
     * @param xs how far each step's elements are from there, in bytes
     * @param w the address where the first vector of step 0 lies
     * @param wStep from one step to the next in {@code w}
     * @param n the number of steps
     * @param plane from the first vector of a step to the second
     * @param y the address where the first sum lies
     * @param pixel from one sum to the next in {@code y}
     * @param yPlane from the first block to the second in {@code y}; 0 if there is none
     */
    static void set(
            int elements, long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
        switch (elements) {
            case 1 -> tile1(x, xs, w, wStep, n, plane, y, yPlane);
            case 2 -> tile2(x, xs, w, wStep, n, plane, y, pixel, yPlane);
            case 3 -> tile3(x, xs, w, wStep, n, plane, y, pixel, yPlane);
            case 4 -> tile4(x, xs, w, wStep, n, plane, y, pixel, yPlane);
            case 5 -> tile5(x, xs, w, wStep, n, plane, y, pixel, yPlane);
            case 6 -> tile6(x, xs, w, wStep, n, plane, y, pixel, yPlane);
            case 7 -> tile7(x, xs, w, wStep, n, plane, y, pixel, yPlane);
            case 8 -> tile8(x, xs, w, wStep, n, plane, y, pixel, yPlane);
            default -> throw new IllegalArgumentException("no tile has " + elements + " elements");
        }
    }

    private static void tile1(long x, int[] xs, long w, long wStep, int n, long plane, long y, long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
        }
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
    }

    private static void tile2(
            long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + Float.BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
        }
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + yPlane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
    }

    private static void tile3(
            long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector b2 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + Float.BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * Float.BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
        }
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + yPlane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + yPlane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
    }

    private static void tile4(
            long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector b2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector b3 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
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
        }
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + yPlane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + yPlane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        b3.intoMemorySegment(MEMORY, (y + yPlane + 3 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
    }

    private static void tile5(
            long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
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
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
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
        }
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + yPlane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + yPlane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        b3.intoMemorySegment(MEMORY, (y + yPlane + 3 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        b4.intoMemorySegment(MEMORY, (y + yPlane + 4 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
    }

    private static void tile6(
            long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
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
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
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
        }
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + yPlane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + yPlane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        b3.intoMemorySegment(MEMORY, (y + yPlane + 3 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        b4.intoMemorySegment(MEMORY, (y + yPlane + 4 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
        b5.intoMemorySegment(MEMORY, (y + yPlane + 5 * pixel) & ADDRESS, ORDER);
        a5.intoMemorySegment(MEMORY, (y + 5 * pixel) & ADDRESS, ORDER);
    }

    private static void tile7(
            long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
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
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
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
        }
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + yPlane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + yPlane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        b3.intoMemorySegment(MEMORY, (y + yPlane + 3 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        b4.intoMemorySegment(MEMORY, (y + yPlane + 4 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
        b5.intoMemorySegment(MEMORY, (y + yPlane + 5 * pixel) & ADDRESS, ORDER);
        a5.intoMemorySegment(MEMORY, (y + 5 * pixel) & ADDRESS, ORDER);
        b6.intoMemorySegment(MEMORY, (y + yPlane + 6 * pixel) & ADDRESS, ORDER);
        a6.intoMemorySegment(MEMORY, (y + 6 * pixel) & ADDRESS, ORDER);
    }

    private static void tile8(
            long x, int[] xs, long w, long wStep, int n, long plane, long y, long pixel, long yPlane) {
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
        for (int i = 0; i < n; i++) {
            long s = (x + xs[i]) & ADDRESS;
            long t = (w + i * wStep) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, MEMORY, (t + plane) & ADDRESS, ORDER);
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
        b0.intoMemorySegment(MEMORY, (y + yPlane) & ADDRESS, ORDER);
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        b1.intoMemorySegment(MEMORY, (y + yPlane + pixel) & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        b2.intoMemorySegment(MEMORY, (y + yPlane + 2 * pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        b3.intoMemorySegment(MEMORY, (y + yPlane + 3 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        b4.intoMemorySegment(MEMORY, (y + yPlane + 4 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
        b5.intoMemorySegment(MEMORY, (y + yPlane + 5 * pixel) & ADDRESS, ORDER);
        a5.intoMemorySegment(MEMORY, (y + 5 * pixel) & ADDRESS, ORDER);
        b6.intoMemorySegment(MEMORY, (y + yPlane + 6 * pixel) & ADDRESS, ORDER);
        a6.intoMemorySegment(MEMORY, (y + 6 * pixel) & ADDRESS, ORDER);
        b7.intoMemorySegment(MEMORY, (y + yPlane + 7 * pixel) & ADDRESS, ORDER);
        a7.intoMemorySegment(MEMORY, (y + 7 * pixel) & ADDRESS, ORDER);
    }
}
