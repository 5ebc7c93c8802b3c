package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.core.window.Grid;
import jdk.incubator.vector.FloatVector;

/**
 * The sums of {@link Depthwise3x3} in one block of channels. All rows are gone through in one loop, as in {@link VectorRows};
 * the weights stay in registers.
 */
final class Depthwise3x3Loops {
    private Depthwise3x3Loops() {}

    /**
     * Two neighbouring windows at a time, which share loads; in an odd number the last two overlap. Only by stride 1 along
     * the row.
     *
     * @param x the address of the map
     * @param first the first row of the result
     * @param rows how many
     * @param zeros the address of as many vectors as the map has columns, all 0
     * @param weight the address of nine vectors
     * @param y the address where the first row of the result goes
     */
    static void pairs(Grid grid, long x, int first, int rows, long zeros, long weight, long y) {
        long zero = zeros & ADDRESS;
        long w = weight & ADDRESS;
        FloatVector w0 = FloatVector.fromMemorySegment(S, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(S, MEMORY, w + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(S, MEMORY, w + 2L * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(S, MEMORY, w + 3L * BYTES, ORDER);
        FloatVector w4 = FloatVector.fromMemorySegment(S, MEMORY, w + 4L * BYTES, ORDER);
        FloatVector w5 = FloatVector.fromMemorySegment(S, MEMORY, w + 5L * BYTES, ORDER);
        FloatVector w6 = FloatVector.fromMemorySegment(S, MEMORY, w + 6L * BYTES, ORDER);
        FloatVector w7 = FloatVector.fromMemorySegment(S, MEMORY, w + 7L * BYTES, ORDER);
        FloatVector w8 = FloatVector.fromMemorySegment(S, MEMORY, w + 8L * BYTES, ORDER);
        int outW = grid.outW();
        int pairs = Math.ceilDiv(outW, 2);
        int h = grid.h();
        long width = (long) grid.w() * BYTES;
        int begin = -grid.left() * BYTES;
        int row = grid.row(first, 0);
        long result = y;
        long top = row(x, row, h, width, zeros);
        long middle = row(x, row + 1, h, width, zeros);
        long bottom = row(x, row + 2, h, width, zeros);
        long at = begin;
        for (int o = 0, pair = 0; o < rows * pairs; o++, pair++, at += 2L * BYTES, result += 2L * BYTES) {
            if (pair == pairs) {
                pair = 0;
                row += grid.strideH();
                top = row(x, row, h, width, zeros);
                middle = row(x, row + 1, h, width, zeros);
                bottom = row(x, row + 2, h, width, zeros);
                at = begin;
            }
            if (pair == pairs - 1) {
                long overlap = (2L * pairs - outW) * BYTES;
                at -= overlap;
                result -= overlap;
            }
            long t = (top + at) & ADDRESS;
            long m = (middle + at) & ADDRESS;
            long u = (bottom + at) & ADDRESS;
            boolean begins = at < 0;
            boolean ends = at + 3L * BYTES >= width;
            FloatVector x1 = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER);
            FloatVector x2 = FloatVector.fromMemorySegment(S, MEMORY, t + 2L * BYTES, ORDER);
            long x0 = begins ? zero : t;
            long x3 = ends ? zero : t + 3L * BYTES;
            FloatVector a = FloatVector.fromMemorySegment(S, MEMORY, x0, ORDER).mul(w0);
            FloatVector b = x1.mul(w0);
            a = x2.fma(w2, x1.fma(w1, a));
            b = FloatVector.fromMemorySegment(S, MEMORY, x3, ORDER).fma(w2, x2.fma(w1, b));
            FloatVector y1 = FloatVector.fromMemorySegment(S, MEMORY, m + BYTES, ORDER);
            FloatVector y2 = FloatVector.fromMemorySegment(S, MEMORY, m + 2L * BYTES, ORDER);
            long y0 = begins ? zero : m;
            long y3 = ends ? zero : m + 3L * BYTES;
            FloatVector c = FloatVector.fromMemorySegment(S, MEMORY, y0, ORDER).mul(w3);
            FloatVector d = y1.mul(w3);
            c = y2.fma(w5, y1.fma(w4, c));
            d = FloatVector.fromMemorySegment(S, MEMORY, y3, ORDER).fma(w5, y2.fma(w4, d));
            FloatVector z1 = FloatVector.fromMemorySegment(S, MEMORY, u + BYTES, ORDER);
            FloatVector z2 = FloatVector.fromMemorySegment(S, MEMORY, u + 2L * BYTES, ORDER);
            long z0 = begins ? zero : u;
            long z3 = ends ? zero : u + 3L * BYTES;
            FloatVector e = FloatVector.fromMemorySegment(S, MEMORY, z0, ORDER).mul(w6);
            FloatVector f = z1.mul(w6);
            e = z2.fma(w8, z1.fma(w7, e));
            f = FloatVector.fromMemorySegment(S, MEMORY, z3, ORDER).fma(w8, z2.fma(w7, f));
            a.add(c).add(e).intoMemorySegment(MEMORY, result & ADDRESS, ORDER);
            b.add(d).add(f).intoMemorySegment(MEMORY, (result + BYTES) & ADDRESS, ORDER);
        }
    }

    /** One window at a time, by any stride; the parameters of {@link #pairs}. */
    static void single(Grid grid, long x, int first, int rows, long zeros, long weight, long y) {
        long zero = zeros & ADDRESS;
        long w = weight & ADDRESS;
        FloatVector w0 = FloatVector.fromMemorySegment(S, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(S, MEMORY, w + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(S, MEMORY, w + 2L * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(S, MEMORY, w + 3L * BYTES, ORDER);
        FloatVector w4 = FloatVector.fromMemorySegment(S, MEMORY, w + 4L * BYTES, ORDER);
        FloatVector w5 = FloatVector.fromMemorySegment(S, MEMORY, w + 5L * BYTES, ORDER);
        FloatVector w6 = FloatVector.fromMemorySegment(S, MEMORY, w + 6L * BYTES, ORDER);
        FloatVector w7 = FloatVector.fromMemorySegment(S, MEMORY, w + 7L * BYTES, ORDER);
        FloatVector w8 = FloatVector.fromMemorySegment(S, MEMORY, w + 8L * BYTES, ORDER);
        int columns = grid.outW();
        int h = grid.h();
        long width = (long) grid.w() * BYTES;
        int begin = -grid.left() * BYTES;
        long step = (long) grid.strideW() * BYTES;
        int row = grid.row(first, 0);
        long top = row(x, row, h, width, zeros);
        long middle = row(x, row + 1, h, width, zeros);
        long bottom = row(x, row + 2, h, width, zeros);
        long at = begin;
        long result = y;
        for (int o = 0, column = 0; o < rows * columns; o++, column++, at += step, result += BYTES) {
            if (column == columns) {
                column = 0;
                row += grid.strideH();
                top = row(x, row, h, width, zeros);
                middle = row(x, row + 1, h, width, zeros);
                bottom = row(x, row + 2, h, width, zeros);
                at = begin;
            }
            long t = (top + at) & ADDRESS;
            long m = (middle + at) & ADDRESS;
            long u = (bottom + at) & ADDRESS;
            boolean begins = at < 0;
            boolean ends = at + 2L * BYTES >= width;
            long x0 = begins ? zero : t;
            long y0 = begins ? zero : m;
            long z0 = begins ? zero : u;
            long x2 = ends ? zero : t + 2L * BYTES;
            long y2 = ends ? zero : m + 2L * BYTES;
            long z2 = ends ? zero : u + 2L * BYTES;
            FloatVector a = FloatVector.fromMemorySegment(S, MEMORY, x0, ORDER).mul(w0);
            FloatVector b = FloatVector.fromMemorySegment(S, MEMORY, y0, ORDER).mul(w3);
            FloatVector c = FloatVector.fromMemorySegment(S, MEMORY, z0, ORDER).mul(w6);
            a = FloatVector.fromMemorySegment(S, MEMORY, t + BYTES, ORDER).fma(w1, a);
            b = FloatVector.fromMemorySegment(S, MEMORY, m + BYTES, ORDER).fma(w4, b);
            c = FloatVector.fromMemorySegment(S, MEMORY, u + BYTES, ORDER).fma(w7, c);
            a = FloatVector.fromMemorySegment(S, MEMORY, x2, ORDER).fma(w2, a);
            b = FloatVector.fromMemorySegment(S, MEMORY, y2, ORDER).fma(w5, b);
            c = FloatVector.fromMemorySegment(S, MEMORY, z2, ORDER).fma(w8, c);
            a.add(b).add(c).intoMemorySegment(MEMORY, result & ADDRESS, ORDER);
        }
    }

    /** The address of a row of the map, or of zeros outside of it. */
    private static long row(long x, int row, int h, long width, long zeros) {
        return row >= 0 && row < h ? x + row * width : zeros;
    }
}
