package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
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
     * @param x0 where the first element of step 0 lies in {@code x} but for {@code xs[0]}, in bytes; the others follow
     * @param xs how far each step's elements are from there, in bytes
     * @param w0 where the vector of step 0 lies in {@code w} but for {@code ws[0]}
     * @param ws how far each step's vector is from there
     * @param n the number of steps
     * @param plane from the first vector of a step to the second
     * @param y0 where the first sum lies in {@code y}
     * @param pixel from one sum to the next in {@code y}
     * @param yPlane from the first block to the second in {@code y}; 0 if there is none
     */
    static void set(
            int elements,
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
        switch (elements) {
            case 1 -> tile1(x, x0, xs, w, w0, ws, n, plane, y, y0, yPlane);
            case 2 -> tile2(x, x0, xs, w, w0, ws, n, plane, y, y0, pixel, yPlane);
            case 3 -> tile3(x, x0, xs, w, w0, ws, n, plane, y, y0, pixel, yPlane);
            case 4 -> tile4(x, x0, xs, w, w0, ws, n, plane, y, y0, pixel, yPlane);
            case 5 -> tile5(x, x0, xs, w, w0, ws, n, plane, y, y0, pixel, yPlane);
            case 6 -> tile6(x, x0, xs, w, w0, ws, n, plane, y, y0, pixel, yPlane);
            case 7 -> tile7(x, x0, xs, w, w0, ws, n, plane, y, y0, pixel, yPlane);
            case 8 -> tile8(x, x0, xs, w, w0, ws, n, plane, y, y0, pixel, yPlane);
            default -> throw new IllegalArgumentException("no tile has " + elements + " elements");
        }
    }

    private static void tile1(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
        }
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
    }

    private static void tile2(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + Float.BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
        }
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + yPlane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
    }

    private static void tile3(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector b2 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            b0 = e0.fma(v, b0);
            FloatVector e1 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + Float.BYTES));
            a1 = e1.fma(u, a1);
            b1 = e1.fma(v, b1);
            FloatVector e2 = FloatVector.broadcast(S, x.get(JAVA_FLOAT_UNALIGNED, s + 2L * Float.BYTES));
            a2 = e2.fma(u, a2);
            b2 = e2.fma(v, b2);
        }
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + yPlane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
        b2.intoMemorySegment(y, y0 + yPlane + 2 * pixel, ORDER);
        a2.intoMemorySegment(y, y0 + 2 * pixel, ORDER);
    }

    private static void tile4(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector b2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector b3 = FloatVector.zero(S);
        for (int i = 0; i < n; i++) {
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
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
        }
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + yPlane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
        b2.intoMemorySegment(y, y0 + yPlane + 2 * pixel, ORDER);
        a2.intoMemorySegment(y, y0 + 2 * pixel, ORDER);
        b3.intoMemorySegment(y, y0 + yPlane + 3 * pixel, ORDER);
        a3.intoMemorySegment(y, y0 + 3 * pixel, ORDER);
    }

    private static void tile5(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
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
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
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
        }
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + yPlane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
        b2.intoMemorySegment(y, y0 + yPlane + 2 * pixel, ORDER);
        a2.intoMemorySegment(y, y0 + 2 * pixel, ORDER);
        b3.intoMemorySegment(y, y0 + yPlane + 3 * pixel, ORDER);
        a3.intoMemorySegment(y, y0 + 3 * pixel, ORDER);
        b4.intoMemorySegment(y, y0 + yPlane + 4 * pixel, ORDER);
        a4.intoMemorySegment(y, y0 + 4 * pixel, ORDER);
    }

    private static void tile6(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
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
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
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
        }
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + yPlane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
        b2.intoMemorySegment(y, y0 + yPlane + 2 * pixel, ORDER);
        a2.intoMemorySegment(y, y0 + 2 * pixel, ORDER);
        b3.intoMemorySegment(y, y0 + yPlane + 3 * pixel, ORDER);
        a3.intoMemorySegment(y, y0 + 3 * pixel, ORDER);
        b4.intoMemorySegment(y, y0 + yPlane + 4 * pixel, ORDER);
        a4.intoMemorySegment(y, y0 + 4 * pixel, ORDER);
        b5.intoMemorySegment(y, y0 + yPlane + 5 * pixel, ORDER);
        a5.intoMemorySegment(y, y0 + 5 * pixel, ORDER);
    }

    private static void tile7(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
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
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
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
        }
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + yPlane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
        b2.intoMemorySegment(y, y0 + yPlane + 2 * pixel, ORDER);
        a2.intoMemorySegment(y, y0 + 2 * pixel, ORDER);
        b3.intoMemorySegment(y, y0 + yPlane + 3 * pixel, ORDER);
        a3.intoMemorySegment(y, y0 + 3 * pixel, ORDER);
        b4.intoMemorySegment(y, y0 + yPlane + 4 * pixel, ORDER);
        a4.intoMemorySegment(y, y0 + 4 * pixel, ORDER);
        b5.intoMemorySegment(y, y0 + yPlane + 5 * pixel, ORDER);
        a5.intoMemorySegment(y, y0 + 5 * pixel, ORDER);
        b6.intoMemorySegment(y, y0 + yPlane + 6 * pixel, ORDER);
        a6.intoMemorySegment(y, y0 + 6 * pixel, ORDER);
    }

    private static void tile8(
            MemorySegment x,
            long x0,
            int[] xs,
            MemorySegment w,
            long w0,
            int[] ws,
            int n,
            long plane,
            MemorySegment y,
            long y0,
            long pixel,
            long yPlane) {
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
            long s = x0 + xs[i];
            long t = w0 + ws[i];
            FloatVector u = FloatVector.fromMemorySegment(S, w, t, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(S, w, t + plane, ORDER);
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
        b0.intoMemorySegment(y, y0 + yPlane, ORDER);
        a0.intoMemorySegment(y, y0, ORDER);
        b1.intoMemorySegment(y, y0 + yPlane + pixel, ORDER);
        a1.intoMemorySegment(y, y0 + pixel, ORDER);
        b2.intoMemorySegment(y, y0 + yPlane + 2 * pixel, ORDER);
        a2.intoMemorySegment(y, y0 + 2 * pixel, ORDER);
        b3.intoMemorySegment(y, y0 + yPlane + 3 * pixel, ORDER);
        a3.intoMemorySegment(y, y0 + 3 * pixel, ORDER);
        b4.intoMemorySegment(y, y0 + yPlane + 4 * pixel, ORDER);
        a4.intoMemorySegment(y, y0 + 4 * pixel, ORDER);
        b5.intoMemorySegment(y, y0 + yPlane + 5 * pixel, ORDER);
        a5.intoMemorySegment(y, y0 + 5 * pixel, ORDER);
        b6.intoMemorySegment(y, y0 + yPlane + 6 * pixel, ORDER);
        a6.intoMemorySegment(y, y0 + 6 * pixel, ORDER);
        b7.intoMemorySegment(y, y0 + yPlane + 7 * pixel, ORDER);
        a7.intoMemorySegment(y, y0 + 7 * pixel, ORDER);
    }
}
