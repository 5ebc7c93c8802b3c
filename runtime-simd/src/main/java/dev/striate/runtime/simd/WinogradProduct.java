package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * Products of factors of tiles {@code v [blocks, tiles, LANES]} with factors of weights {@code u [blocks * LANES, vectors *
 * LANES]} into {@code m [vectors, tiles, LANES]}, summed over channels in order. Each variant keeps all its sums in registers.
 */
final class WinogradProduct {
    private WinogradProduct() {}

    /** How far each channel of the first of {@code tiles} tiles is from where {@code v} begins, in bytes. */
    static int[] steps(int channels, int tiles) {
        return IntStream.range(0, channels)
                .map(c -> c / LANES * tiles * BYTES + c % LANES * Float.BYTES)
                .toArray();
    }

    /**
     * The products of some tiles.
     *
     * @param vectors 2, or 1 at the end of an odd number
     * @param u the weight
     * @param panel where these vectors begin in it
     * @param work the memory of factors and products
     * @param v where the factors of the first tile begin
     * @param steps the channels that are summed, those of padding lanes included
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
            int[] steps,
            long m,
            long mBlock,
            int tiles) {
        if (vectors == 2) {
            int parts = Math.ceilDiv(tiles, BlockTiles.MOST);
            for (int part = 0; part < parts; part++) {
                int first = tiles * part / parts;
                int n = tiles * (part + 1) / parts - first;
                long skip = (long) first * BYTES;
                BlockTiles.set(n, work, v + skip, steps, u, panel, work, m + skip, BYTES, mBlock);
            }
            return;
        }
        int done = 0;
        while (done < tiles) {
            long skip = (long) done * BYTES;
            done += singles(tiles - done, u, panel, work, v + skip, steps, m + skip);
        }
    }

    private static int singles(
            int tiles, MemorySegment u, long panel, MemorySegment work, long v, int[] steps, long m) {
        if (tiles >= 10) {
            rows10single(u, panel, work, v, steps, m);
            return 10;
        }
        if (tiles >= 4) {
            rows4single(u, panel, work, v, steps, m);
            return 4;
        }
        rows1single(u, panel, work, v, steps, m);
        return 1;
    }

    private static void rows10single(MemorySegment u, long panel, MemorySegment work, long v, int[] steps, long m) {
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
        for (int c = 0; c < steps.length; c++) {
            long x = v + steps[c];
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
    }

    private static void rows4single(MemorySegment u, long panel, MemorySegment work, long v, int[] steps, long m) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        for (int c = 0; c < steps.length; c++) {
            long x = v + steps[c];
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

    private static void rows1single(MemorySegment u, long panel, MemorySegment work, long v, int[] steps, long m) {
        FloatVector a0 = FloatVector.zero(S);
        for (int c = 0; c < steps.length; c++) {
            long x = v + steps[c];
            FloatVector s = FloatVector.fromMemorySegment(S, u, panel + (long) BYTES * c, ORDER);
            FloatVector x0 = FloatVector.broadcast(S, work.get(JAVA_FLOAT_UNALIGNED, x));
            a0 = x0.fma(s, a0);
        }
        a0.intoMemorySegment(work, m, ORDER);
    }
}
