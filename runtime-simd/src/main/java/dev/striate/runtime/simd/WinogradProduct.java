package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Products of factors of tiles {@code v [blocks, tiles, LANES]} with factors of weights {@code u [blocks * LANES, vectors *
 * LANES]} into {@code m [vectors, tiles, LANES]}, summed over channels in order. Each variant keeps all its sums in registers.
 */
final class WinogradProduct {
    /** The most tiles at a time: with two vectors each they fill the registers. */
    private static final int MOST = LANES == 16 ? 12 : 6;

    private WinogradProduct() {}

    /**
     * The products of some tiles.
     *
     * @param vectors 2, or 1 at the end of an odd number
     * @param u the weight
     * @param panel where these vectors begin in it
     * @param work the memory of factors and products
     * @param v where the factors of the first tile begin
     * @param vBlock the distance between two blocks of channels of them
     * @param channels the channels that are summed, those of padding lanes included
     * @param m where the products of the first tile go
     * @param mBlock the distance between the first and the second vector of them
     * @param tiles how many
     */
    static void run(
            int vectors,
            MemorySegment u,
            long panel,
            MemorySegment work,
            long v,
            long vBlock,
            int channels,
            long m,
            long mBlock,
            int tiles) {
        int done = 0;
        while (done < tiles) {
            long x = v + (long) done * BYTES;
            long y = m + (long) done * BYTES;
            done += vectors == 2
                    ? pairs(tiles - done, u, panel, work, x, vBlock, channels, y, mBlock)
                    : singles(tiles - done, u, panel, work, x, vBlock, channels, y);
        }
    }

    private static int pairs(
            int tiles,
            MemorySegment u,
            long panel,
            MemorySegment work,
            long v,
            long vBlock,
            int channels,
            long m,
            long mBlock) {
        int rows = Math.min(tiles, MOST);
        if (rows >= 12 && tiles != 16) {
            rows12(u, panel, work, v, vBlock, channels, m, mBlock);
            return 12;
        }
        if (rows >= 8) {
            rows8(u, panel, work, v, vBlock, channels, m, mBlock);
            return 8;
        }
        if (rows >= 6) {
            rows6(u, panel, work, v, vBlock, channels, m, mBlock);
            return 6;
        }
        if (rows >= 4) {
            rows4(u, panel, work, v, vBlock, channels, m, mBlock);
            return 4;
        }
        if (rows >= 2) {
            rows2(u, panel, work, v, vBlock, channels, m, mBlock);
            return 2;
        }
        rows1(u, panel, work, v, vBlock, channels, m, mBlock);
        return 1;
    }

    private static int singles(
            int tiles, MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m) {
        if (tiles >= 12) {
            rows12single(u, panel, work, v, vBlock, channels, m);
            return 12;
        }
        if (tiles >= 4) {
            rows4single(u, panel, work, v, vBlock, channels, m);
            return 4;
        }
        rows1single(u, panel, work, v, vBlock, channels, m);
        return 1;
    }

    private static void rows12(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m, long mBlock) {
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
        FloatVector a8 = FloatVector.zero(S);
        FloatVector b8 = FloatVector.zero(S);
        FloatVector a9 = FloatVector.zero(S);
        FloatVector b9 = FloatVector.zero(S);
        FloatVector a10 = FloatVector.zero(S);
        FloatVector b10 = FloatVector.zero(S);
        FloatVector a11 = FloatVector.zero(S);
        FloatVector b11 = FloatVector.zero(S);
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            long y = panel + 2L * BYTES * c;
            FloatVector s = FloatVector.fromMemorySegment(S, u, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, u, y + BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
            FloatVector x4 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 4L * BYTES));
            a4 = x4.fma(s, a4);
            b4 = x4.fma(t, b4);
            FloatVector x5 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 5L * BYTES));
            a5 = x5.fma(s, a5);
            b5 = x5.fma(t, b5);
            FloatVector x6 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 6L * BYTES));
            a6 = x6.fma(s, a6);
            b6 = x6.fma(t, b6);
            FloatVector x7 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 7L * BYTES));
            a7 = x7.fma(s, a7);
            b7 = x7.fma(t, b7);
            FloatVector x8 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 8L * BYTES));
            a8 = x8.fma(s, a8);
            b8 = x8.fma(t, b8);
            FloatVector x9 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 9L * BYTES));
            a9 = x9.fma(s, a9);
            b9 = x9.fma(t, b9);
            FloatVector x10 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 10L * BYTES));
            a10 = x10.fma(s, a10);
            b10 = x10.fma(t, b10);
            FloatVector x11 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 11L * BYTES));
            a11 = x11.fma(s, a11);
            b11 = x11.fma(t, b11);
        }
        a0.intoMemorySegment(work, m, ORDER);
        a1.intoMemorySegment(work, m + BYTES, ORDER);
        a2.intoMemorySegment(work, m + 2L * BYTES, ORDER);
        a3.intoMemorySegment(work, m + 3L * BYTES, ORDER);
        a4.intoMemorySegment(work, m + 4L * BYTES, ORDER);
        a5.intoMemorySegment(work, m + 5L * BYTES, ORDER);
        a6.intoMemorySegment(work, m + 6L * BYTES, ORDER);
        a7.intoMemorySegment(work, m + 7L * BYTES, ORDER);
        a8.intoMemorySegment(work, m + 8L * BYTES, ORDER);
        a9.intoMemorySegment(work, m + 9L * BYTES, ORDER);
        a10.intoMemorySegment(work, m + 10L * BYTES, ORDER);
        a11.intoMemorySegment(work, m + 11L * BYTES, ORDER);
        b0.intoMemorySegment(work, m + mBlock, ORDER);
        b1.intoMemorySegment(work, m + mBlock + BYTES, ORDER);
        b2.intoMemorySegment(work, m + mBlock + 2L * BYTES, ORDER);
        b3.intoMemorySegment(work, m + mBlock + 3L * BYTES, ORDER);
        b4.intoMemorySegment(work, m + mBlock + 4L * BYTES, ORDER);
        b5.intoMemorySegment(work, m + mBlock + 5L * BYTES, ORDER);
        b6.intoMemorySegment(work, m + mBlock + 6L * BYTES, ORDER);
        b7.intoMemorySegment(work, m + mBlock + 7L * BYTES, ORDER);
        b8.intoMemorySegment(work, m + mBlock + 8L * BYTES, ORDER);
        b9.intoMemorySegment(work, m + mBlock + 9L * BYTES, ORDER);
        b10.intoMemorySegment(work, m + mBlock + 10L * BYTES, ORDER);
        b11.intoMemorySegment(work, m + mBlock + 11L * BYTES, ORDER);
    }

    private static void rows8(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m, long mBlock) {
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
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            long y = panel + 2L * BYTES * c;
            FloatVector s = FloatVector.fromMemorySegment(S, u, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, u, y + BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
            FloatVector x4 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 4L * BYTES));
            a4 = x4.fma(s, a4);
            b4 = x4.fma(t, b4);
            FloatVector x5 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 5L * BYTES));
            a5 = x5.fma(s, a5);
            b5 = x5.fma(t, b5);
            FloatVector x6 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 6L * BYTES));
            a6 = x6.fma(s, a6);
            b6 = x6.fma(t, b6);
            FloatVector x7 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 7L * BYTES));
            a7 = x7.fma(s, a7);
            b7 = x7.fma(t, b7);
        }
        a0.intoMemorySegment(work, m, ORDER);
        a1.intoMemorySegment(work, m + BYTES, ORDER);
        a2.intoMemorySegment(work, m + 2L * BYTES, ORDER);
        a3.intoMemorySegment(work, m + 3L * BYTES, ORDER);
        a4.intoMemorySegment(work, m + 4L * BYTES, ORDER);
        a5.intoMemorySegment(work, m + 5L * BYTES, ORDER);
        a6.intoMemorySegment(work, m + 6L * BYTES, ORDER);
        a7.intoMemorySegment(work, m + 7L * BYTES, ORDER);
        b0.intoMemorySegment(work, m + mBlock, ORDER);
        b1.intoMemorySegment(work, m + mBlock + BYTES, ORDER);
        b2.intoMemorySegment(work, m + mBlock + 2L * BYTES, ORDER);
        b3.intoMemorySegment(work, m + mBlock + 3L * BYTES, ORDER);
        b4.intoMemorySegment(work, m + mBlock + 4L * BYTES, ORDER);
        b5.intoMemorySegment(work, m + mBlock + 5L * BYTES, ORDER);
        b6.intoMemorySegment(work, m + mBlock + 6L * BYTES, ORDER);
        b7.intoMemorySegment(work, m + mBlock + 7L * BYTES, ORDER);
    }

    private static void rows6(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m, long mBlock) {
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
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            long y = panel + 2L * BYTES * c;
            FloatVector s = FloatVector.fromMemorySegment(S, u, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, u, y + BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
            FloatVector x4 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 4L * BYTES));
            a4 = x4.fma(s, a4);
            b4 = x4.fma(t, b4);
            FloatVector x5 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 5L * BYTES));
            a5 = x5.fma(s, a5);
            b5 = x5.fma(t, b5);
        }
        a0.intoMemorySegment(work, m, ORDER);
        a1.intoMemorySegment(work, m + BYTES, ORDER);
        a2.intoMemorySegment(work, m + 2L * BYTES, ORDER);
        a3.intoMemorySegment(work, m + 3L * BYTES, ORDER);
        a4.intoMemorySegment(work, m + 4L * BYTES, ORDER);
        a5.intoMemorySegment(work, m + 5L * BYTES, ORDER);
        b0.intoMemorySegment(work, m + mBlock, ORDER);
        b1.intoMemorySegment(work, m + mBlock + BYTES, ORDER);
        b2.intoMemorySegment(work, m + mBlock + 2L * BYTES, ORDER);
        b3.intoMemorySegment(work, m + mBlock + 3L * BYTES, ORDER);
        b4.intoMemorySegment(work, m + mBlock + 4L * BYTES, ORDER);
        b5.intoMemorySegment(work, m + mBlock + 5L * BYTES, ORDER);
    }

    private static void rows4(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m, long mBlock) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector b2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector b3 = FloatVector.zero(S);
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            long y = panel + 2L * BYTES * c;
            FloatVector s = FloatVector.fromMemorySegment(S, u, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, u, y + BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
        }
        a0.intoMemorySegment(work, m, ORDER);
        a1.intoMemorySegment(work, m + BYTES, ORDER);
        a2.intoMemorySegment(work, m + 2L * BYTES, ORDER);
        a3.intoMemorySegment(work, m + 3L * BYTES, ORDER);
        b0.intoMemorySegment(work, m + mBlock, ORDER);
        b1.intoMemorySegment(work, m + mBlock + BYTES, ORDER);
        b2.intoMemorySegment(work, m + mBlock + 2L * BYTES, ORDER);
        b3.intoMemorySegment(work, m + mBlock + 3L * BYTES, ORDER);
    }

    private static void rows2(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m, long mBlock) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector b1 = FloatVector.zero(S);
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            long y = panel + 2L * BYTES * c;
            FloatVector s = FloatVector.fromMemorySegment(S, u, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, u, y + BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
        }
        a0.intoMemorySegment(work, m, ORDER);
        a1.intoMemorySegment(work, m + BYTES, ORDER);
        b0.intoMemorySegment(work, m + mBlock, ORDER);
        b1.intoMemorySegment(work, m + mBlock + BYTES, ORDER);
    }

    private static void rows1(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m, long mBlock) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = FloatVector.zero(S);
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            long y = panel + 2L * BYTES * c;
            FloatVector s = FloatVector.fromMemorySegment(S, u, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, u, y + BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
        }
        a0.intoMemorySegment(work, m, ORDER);
        b0.intoMemorySegment(work, m + mBlock, ORDER);
    }

    private static void rows12single(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector a4 = FloatVector.zero(S);
        FloatVector a5 = FloatVector.zero(S);
        FloatVector a6 = FloatVector.zero(S);
        FloatVector a7 = FloatVector.zero(S);
        FloatVector a8 = FloatVector.zero(S);
        FloatVector a9 = FloatVector.zero(S);
        FloatVector a10 = FloatVector.zero(S);
        FloatVector a11 = FloatVector.zero(S);
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            FloatVector s = FloatVector.fromMemorySegment(S, u, panel + (long) BYTES * c, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + BYTES));
            a1 = x1.fma(s, a1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * BYTES));
            a2 = x2.fma(s, a2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * BYTES));
            a3 = x3.fma(s, a3);
            FloatVector x4 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 4L * BYTES));
            a4 = x4.fma(s, a4);
            FloatVector x5 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 5L * BYTES));
            a5 = x5.fma(s, a5);
            FloatVector x6 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 6L * BYTES));
            a6 = x6.fma(s, a6);
            FloatVector x7 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 7L * BYTES));
            a7 = x7.fma(s, a7);
            FloatVector x8 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 8L * BYTES));
            a8 = x8.fma(s, a8);
            FloatVector x9 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 9L * BYTES));
            a9 = x9.fma(s, a9);
            FloatVector x10 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 10L * BYTES));
            a10 = x10.fma(s, a10);
            FloatVector x11 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 11L * BYTES));
            a11 = x11.fma(s, a11);
        }
        a0.intoMemorySegment(work, m, ORDER);
        a1.intoMemorySegment(work, m + BYTES, ORDER);
        a2.intoMemorySegment(work, m + 2L * BYTES, ORDER);
        a3.intoMemorySegment(work, m + 3L * BYTES, ORDER);
        a4.intoMemorySegment(work, m + 4L * BYTES, ORDER);
        a5.intoMemorySegment(work, m + 5L * BYTES, ORDER);
        a6.intoMemorySegment(work, m + 6L * BYTES, ORDER);
        a7.intoMemorySegment(work, m + 7L * BYTES, ORDER);
        a8.intoMemorySegment(work, m + 8L * BYTES, ORDER);
        a9.intoMemorySegment(work, m + 9L * BYTES, ORDER);
        a10.intoMemorySegment(work, m + 10L * BYTES, ORDER);
        a11.intoMemorySegment(work, m + 11L * BYTES, ORDER);
    }

    private static void rows4single(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            FloatVector s = FloatVector.fromMemorySegment(S, u, panel + (long) BYTES * c, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + BYTES));
            a1 = x1.fma(s, a1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * BYTES));
            a2 = x2.fma(s, a2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * BYTES));
            a3 = x3.fma(s, a3);
        }
        a0.intoMemorySegment(work, m, ORDER);
        a1.intoMemorySegment(work, m + BYTES, ORDER);
        a2.intoMemorySegment(work, m + 2L * BYTES, ORDER);
        a3.intoMemorySegment(work, m + 3L * BYTES, ORDER);
    }

    private static void rows1single(
            MemorySegment u, long panel, MemorySegment work, long v, long vBlock, int channels, long m) {
        FloatVector a0 = FloatVector.zero(S);
        for (int c = 0; c < channels; c++) {
            long x = v + c / LANES * vBlock + (long) (c % LANES) * Float.BYTES;
            FloatVector s = FloatVector.fromMemorySegment(S, u, panel + (long) BYTES * c, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
        }
        a0.intoMemorySegment(work, m, ORDER);
    }
}
