package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

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
     * @param v the address where the factors of the input begin
     * @param g the address where those of the gradient begin
     * @param gBlock the distance of their second vector
     * @param tiles how many
     * @param sums the address where the result goes
     */
    static void run(int vectors, long v, long g, long gBlock, int tiles, long sums) {
        int rows = LANES == 16 ? 8 : 4;
        for (int lane = 0; lane < LANES; lane += rows) {
            long x = v + (long) lane * Float.BYTES;
            long to = sums + (long) lane * vectors * BYTES;
            if (vectors == 2 && LANES == 16) {
                rows8(x, g, gBlock, tiles, to);
            } else if (vectors == 2) {
                rows4(x, g, gBlock, tiles, to);
            } else if (LANES == 16) {
                rows8single(x, g, tiles, to);
            } else {
                rows4single(x, g, tiles, to);
            }
        }
    }

    private static void rows8(long v, long g, long gBlock, int tiles, long sums) {
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
            long x = (v + (long) BYTES * tile) & ADDRESS;
            long y = (g + (long) BYTES * tile) & ADDRESS;
            FloatVector s = FloatVector.fromMemorySegment(S, MEMORY, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, MEMORY, (y + gBlock) & ADDRESS, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
            FloatVector x4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 4L * Float.BYTES));
            a4 = x4.fma(s, a4);
            b4 = x4.fma(t, b4);
            FloatVector x5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 5L * Float.BYTES));
            a5 = x5.fma(s, a5);
            b5 = x5.fma(t, b5);
            FloatVector x6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 6L * Float.BYTES));
            a6 = x6.fma(s, a6);
            b6 = x6.fma(t, b6);
            FloatVector x7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 7L * Float.BYTES));
            a7 = x7.fma(s, a7);
            b7 = x7.fma(t, b7);
        }
        a0.intoMemorySegment(MEMORY, sums, ORDER);
        b0.intoMemorySegment(MEMORY, sums + BYTES, ORDER);
        a1.intoMemorySegment(MEMORY, sums + 2L * BYTES, ORDER);
        b1.intoMemorySegment(MEMORY, sums + 3L * BYTES, ORDER);
        a2.intoMemorySegment(MEMORY, sums + 4L * BYTES, ORDER);
        b2.intoMemorySegment(MEMORY, sums + 5L * BYTES, ORDER);
        a3.intoMemorySegment(MEMORY, sums + 6L * BYTES, ORDER);
        b3.intoMemorySegment(MEMORY, sums + 7L * BYTES, ORDER);
        a4.intoMemorySegment(MEMORY, sums + 8L * BYTES, ORDER);
        b4.intoMemorySegment(MEMORY, sums + 9L * BYTES, ORDER);
        a5.intoMemorySegment(MEMORY, sums + 10L * BYTES, ORDER);
        b5.intoMemorySegment(MEMORY, sums + 11L * BYTES, ORDER);
        a6.intoMemorySegment(MEMORY, sums + 12L * BYTES, ORDER);
        b6.intoMemorySegment(MEMORY, sums + 13L * BYTES, ORDER);
        a7.intoMemorySegment(MEMORY, sums + 14L * BYTES, ORDER);
        b7.intoMemorySegment(MEMORY, sums + 15L * BYTES, ORDER);
    }

    private static void rows4(long v, long g, long gBlock, int tiles, long sums) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        for (int tile = 0; tile < tiles; tile++) {
            long x = (v + (long) BYTES * tile) & ADDRESS;
            long y = (g + (long) BYTES * tile) & ADDRESS;
            FloatVector s = FloatVector.fromMemorySegment(S, MEMORY, y, ORDER);
            FloatVector t = FloatVector.fromMemorySegment(S, MEMORY, (y + gBlock) & ADDRESS, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            b0 = x0.fma(t, b0);
            FloatVector x1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            b1 = x1.fma(t, b1);
            FloatVector x2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            b2 = x2.fma(t, b2);
            FloatVector x3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
            b3 = x3.fma(t, b3);
        }
        a0.intoMemorySegment(MEMORY, sums, ORDER);
        b0.intoMemorySegment(MEMORY, sums + BYTES, ORDER);
        a1.intoMemorySegment(MEMORY, sums + 2L * BYTES, ORDER);
        b1.intoMemorySegment(MEMORY, sums + 3L * BYTES, ORDER);
        a2.intoMemorySegment(MEMORY, sums + 4L * BYTES, ORDER);
        b2.intoMemorySegment(MEMORY, sums + 5L * BYTES, ORDER);
        a3.intoMemorySegment(MEMORY, sums + 6L * BYTES, ORDER);
        b3.intoMemorySegment(MEMORY, sums + 7L * BYTES, ORDER);
    }

    private static void rows8single(long v, long g, int tiles, long sums) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        for (int tile = 0; tile < tiles; tile++) {
            long x = (v + (long) BYTES * tile) & ADDRESS;
            long y = (g + (long) BYTES * tile) & ADDRESS;
            FloatVector s = FloatVector.fromMemorySegment(S, MEMORY, y, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            FloatVector x1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            FloatVector x2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            FloatVector x3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
            FloatVector x4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 4L * Float.BYTES));
            a4 = x4.fma(s, a4);
            FloatVector x5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 5L * Float.BYTES));
            a5 = x5.fma(s, a5);
            FloatVector x6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 6L * Float.BYTES));
            a6 = x6.fma(s, a6);
            FloatVector x7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 7L * Float.BYTES));
            a7 = x7.fma(s, a7);
        }
        a0.intoMemorySegment(MEMORY, sums, ORDER);
        a1.intoMemorySegment(MEMORY, sums + BYTES, ORDER);
        a2.intoMemorySegment(MEMORY, sums + 2L * BYTES, ORDER);
        a3.intoMemorySegment(MEMORY, sums + 3L * BYTES, ORDER);
        a4.intoMemorySegment(MEMORY, sums + 4L * BYTES, ORDER);
        a5.intoMemorySegment(MEMORY, sums + 5L * BYTES, ORDER);
        a6.intoMemorySegment(MEMORY, sums + 6L * BYTES, ORDER);
        a7.intoMemorySegment(MEMORY, sums + 7L * BYTES, ORDER);
    }

    private static void rows4single(long v, long g, int tiles, long sums) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int tile = 0; tile < tiles; tile++) {
            long x = (v + (long) BYTES * tile) & ADDRESS;
            long y = (g + (long) BYTES * tile) & ADDRESS;
            FloatVector s = FloatVector.fromMemorySegment(S, MEMORY, y, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
            FloatVector x1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
            a1 = x1.fma(s, a1);
            FloatVector x2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
            a2 = x2.fma(s, a2);
            FloatVector x3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
            a3 = x3.fma(s, a3);
        }
        a0.intoMemorySegment(MEMORY, sums, ORDER);
        a1.intoMemorySegment(MEMORY, sums + BYTES, ORDER);
        a2.intoMemorySegment(MEMORY, sums + 2L * BYTES, ORDER);
        a3.intoMemorySegment(MEMORY, sums + 3L * BYTES, ORDER);
    }
}
