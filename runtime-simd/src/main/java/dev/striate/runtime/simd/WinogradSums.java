package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Products of factors of inputs {@code v [tiles, LANES]} with factors of gradients {@code g [vectors, tiles, LANES]}, summed
 * over tiles in order: a matrix {@code [LANES, vectors, LANES]} of a block of input channels by one or two of output
 * channels. Each variant keeps all its sums in registers.
 */
final class WinogradSums {
    private WinogradSums() {}

    /**
     * The sums over some tiles.
     *
     * @param vectors 1 or 2
     * @param work the memory of factors
     * @param v where those of the input begin
     * @param g where those of the gradient begin
     * @param gBlock the distance of their second vector
     * @param tiles how many
     * @param sums where the result goes
     * @param at the place in it
     */
    static void run(
            int vectors, MemorySegment work, long v, long g, long gBlock, int tiles, MemorySegment sums, long at) {
        int rows = LANES == 16 ? 8 : 4;
        for (int lane = 0; lane < LANES; lane += rows) {
            long x = v + (long) lane * Float.BYTES;
            long to = at + (long) lane * vectors * BYTES;
            if (vectors == 2 && LANES == 16) {
                rows8(work, x, g, gBlock, tiles, sums, to);
            } else if (vectors == 2) {
                rows4(work, x, g, gBlock, tiles, sums, to);
            } else if (LANES == 16) {
                rows8single(work, x, g, tiles, sums, to);
            } else {
                rows4single(work, x, g, tiles, sums, to);
            }
        }
    }

    private static void rows8(MemorySegment work, long v, long g, long gBlock, int tiles, MemorySegment sums, long at) {
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
        for (int tile = 0; tile < tiles; tile++) {
            long x = v + (long) BYTES * tile;
            long y = g + (long) BYTES * tile;
            FloatVector s = FloatVector.fromMemorySegment(S, work, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, work, y + gBlock, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
            FloatVector x4 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 4L * Float.BYTES));
            a4 = x4.fma(s, a4);
            b4 = x4.fma(t, b4);
            FloatVector x5 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 5L * Float.BYTES));
            a5 = x5.fma(s, a5);
            b5 = x5.fma(t, b5);
            FloatVector x6 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 6L * Float.BYTES));
            a6 = x6.fma(s, a6);
            b6 = x6.fma(t, b6);
            FloatVector x7 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 7L * Float.BYTES));
            a7 = x7.fma(s, a7);
            b7 = x7.fma(t, b7);
        }
        a0.intoMemorySegment(sums, at, ORDER);
        b0.intoMemorySegment(sums, at + BYTES, ORDER);
        a1.intoMemorySegment(sums, at + 2L * BYTES, ORDER);
        b1.intoMemorySegment(sums, at + 3L * BYTES, ORDER);
        a2.intoMemorySegment(sums, at + 4L * BYTES, ORDER);
        b2.intoMemorySegment(sums, at + 5L * BYTES, ORDER);
        a3.intoMemorySegment(sums, at + 6L * BYTES, ORDER);
        b3.intoMemorySegment(sums, at + 7L * BYTES, ORDER);
        a4.intoMemorySegment(sums, at + 8L * BYTES, ORDER);
        b4.intoMemorySegment(sums, at + 9L * BYTES, ORDER);
        a5.intoMemorySegment(sums, at + 10L * BYTES, ORDER);
        b5.intoMemorySegment(sums, at + 11L * BYTES, ORDER);
        a6.intoMemorySegment(sums, at + 12L * BYTES, ORDER);
        b6.intoMemorySegment(sums, at + 13L * BYTES, ORDER);
        a7.intoMemorySegment(sums, at + 14L * BYTES, ORDER);
        b7.intoMemorySegment(sums, at + 15L * BYTES, ORDER);
    }

    private static void rows4(MemorySegment work, long v, long g, long gBlock, int tiles, MemorySegment sums, long at) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        for (int tile = 0; tile < tiles; tile++) {
            long x = v + (long) BYTES * tile;
            long y = g + (long) BYTES * tile;
            FloatVector s = FloatVector.fromMemorySegment(S, work, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, work, y + gBlock, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
        }
        a0.intoMemorySegment(sums, at, ORDER);
        b0.intoMemorySegment(sums, at + BYTES, ORDER);
        a1.intoMemorySegment(sums, at + 2L * BYTES, ORDER);
        b1.intoMemorySegment(sums, at + 3L * BYTES, ORDER);
        a2.intoMemorySegment(sums, at + 4L * BYTES, ORDER);
        b2.intoMemorySegment(sums, at + 5L * BYTES, ORDER);
        a3.intoMemorySegment(sums, at + 6L * BYTES, ORDER);
        b3.intoMemorySegment(sums, at + 7L * BYTES, ORDER);
    }

    private static void rows8single(MemorySegment work, long v, long g, int tiles, MemorySegment sums, long at) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        for (int tile = 0; tile < tiles; tile++) {
            long x = v + (long) BYTES * tile;
            long y = g + (long) BYTES * tile;
            FloatVector s = FloatVector.fromMemorySegment(S, work, y, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
            FloatVector x4 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 4L * Float.BYTES));
            a4 = x4.fma(s, a4);
            FloatVector x5 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 5L * Float.BYTES));
            a5 = x5.fma(s, a5);
            FloatVector x6 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 6L * Float.BYTES));
            a6 = x6.fma(s, a6);
            FloatVector x7 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 7L * Float.BYTES));
            a7 = x7.fma(s, a7);
        }
        a0.intoMemorySegment(sums, at, ORDER);
        a1.intoMemorySegment(sums, at + BYTES, ORDER);
        a2.intoMemorySegment(sums, at + 2L * BYTES, ORDER);
        a3.intoMemorySegment(sums, at + 3L * BYTES, ORDER);
        a4.intoMemorySegment(sums, at + 4L * BYTES, ORDER);
        a5.intoMemorySegment(sums, at + 5L * BYTES, ORDER);
        a6.intoMemorySegment(sums, at + 6L * BYTES, ORDER);
        a7.intoMemorySegment(sums, at + 7L * BYTES, ORDER);
    }

    private static void rows4single(MemorySegment work, long v, long g, int tiles, MemorySegment sums, long at) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int tile = 0; tile < tiles; tile++) {
            long x = v + (long) BYTES * tile;
            long y = g + (long) BYTES * tile;
            FloatVector s = FloatVector.fromMemorySegment(S, work, y, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            FloatVector x1 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            FloatVector x2 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            FloatVector x3 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
        }
        a0.intoMemorySegment(sums, at, ORDER);
        a1.intoMemorySegment(sums, at + BYTES, ORDER);
        a2.intoMemorySegment(sums, at + 2L * BYTES, ORDER);
        a3.intoMemorySegment(sums, at + 3L * BYTES, ORDER);
    }
}
