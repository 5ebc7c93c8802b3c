package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Doubles.D;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Windows of a depthwise convolution, and of its gradients, in one block of channels. The weight of a block is one vector for
 * each element of the window. Loads are written out: of methods of our own the JIT compiler inlines only so many into one loop.
 */
final class DepthwiseLoops {
    private DepthwiseLoops() {}

    /** Elements of a window whose weights stay in registers. */
    private static final int NINE = 9;

    /**
     * The sums of rows of neighbouring windows.
     *
     * @param x the address where the first window begins; the others of a row follow at each vector
     * @param next from one row to the next in {@code x}, in bytes
     * @param taps how far each element of a window is from where it begins, in bytes
     * @param weight the address where the weight begins: a vector for each element of the window
     * @param y the address where the first sum lies, where the others follow without gaps
     */
    static void forward(long x, long next, int[] taps, long weight, int rows, int columns, long y) {
        if (taps.length == NINE) {
            nine(x, next, taps, weight, rows, columns, y);
            return;
        }
        for (int row = 0; row < rows; row++) {
            long from = x + row * next;
            long result = y + (long) row * columns * BYTES;
            int done = 0;
            for (; done + 4 <= columns; done += 4) {
                four(from + (long) done * BYTES, taps, weight, result + (long) done * BYTES);
            }
            for (; done < columns; done++) {
                one(from + (long) done * BYTES, taps, weight, result + (long) done * BYTES);
            }
        }
    }

    /** Windows of nine elements, with the weight in registers; all rows in one loop, as in {@link VectorRows}. */
    private static void nine(long x, long next, int[] taps, long weight, int rows, int columns, long y) {
        FloatVector w0 = FloatVector.fromMemorySegment(S, MEMORY, weight, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(S, MEMORY, weight + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(S, MEMORY, weight + 2L * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(S, MEMORY, weight + 3L * BYTES, ORDER);
        FloatVector w4 = FloatVector.fromMemorySegment(S, MEMORY, weight + 4L * BYTES, ORDER);
        FloatVector w5 = FloatVector.fromMemorySegment(S, MEMORY, weight + 5L * BYTES, ORDER);
        FloatVector w6 = FloatVector.fromMemorySegment(S, MEMORY, weight + 6L * BYTES, ORDER);
        FloatVector w7 = FloatVector.fromMemorySegment(S, MEMORY, weight + 7L * BYTES, ORDER);
        FloatVector w8 = FloatVector.fromMemorySegment(S, MEMORY, weight + 8L * BYTES, ORDER);
        long x0 = taps[0];
        long x1 = taps[1];
        long x2 = taps[2];
        long x3 = taps[3];
        long x4 = taps[4];
        long x5 = taps[5];
        long x6 = taps[6];
        long x7 = taps[7];
        long x8 = taps[8];
        long i = x;
        long result = y;
        for (int o = 0, column = 0; o < rows * columns; o++, column++, i += BYTES, result += BYTES) {
            if (column == columns) {
                column = 0;
                i += next - columns * (long) BYTES;
            }
            FloatVector top =
                    FloatVector.fromMemorySegment(S, MEMORY, x0 + i, ORDER).mul(w0);
            FloatVector middle =
                    FloatVector.fromMemorySegment(S, MEMORY, x3 + i, ORDER).mul(w3);
            FloatVector bottom =
                    FloatVector.fromMemorySegment(S, MEMORY, x6 + i, ORDER).mul(w6);
            top = FloatVector.fromMemorySegment(S, MEMORY, x1 + i, ORDER).fma(w1, top);
            middle = FloatVector.fromMemorySegment(S, MEMORY, x4 + i, ORDER).fma(w4, middle);
            bottom = FloatVector.fromMemorySegment(S, MEMORY, x7 + i, ORDER).fma(w7, bottom);
            top = FloatVector.fromMemorySegment(S, MEMORY, x2 + i, ORDER).fma(w2, top);
            middle = FloatVector.fromMemorySegment(S, MEMORY, x5 + i, ORDER).fma(w5, middle);
            bottom = FloatVector.fromMemorySegment(S, MEMORY, x8 + i, ORDER).fma(w8, bottom);
            top.add(middle).add(bottom).intoMemorySegment(MEMORY, result, ORDER);
        }
    }

    /** Four windows of any size. */
    private static void four(long x, int[] taps, long weight, long y) {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = FloatVector.zero(S);
        FloatVector c = FloatVector.zero(S);
        FloatVector d = FloatVector.zero(S);
        for (int t = 0; t < taps.length; t++) {
            FloatVector own = FloatVector.fromMemorySegment(S, MEMORY, weight + (long) t * BYTES, ORDER);
            long from = x + taps[t];
            a = FloatVector.fromMemorySegment(S, MEMORY, from, ORDER).fma(own, a);
            b = FloatVector.fromMemorySegment(S, MEMORY, from + BYTES, ORDER).fma(own, b);
            c = FloatVector.fromMemorySegment(S, MEMORY, from + 2L * BYTES, ORDER)
                    .fma(own, c);
            d = FloatVector.fromMemorySegment(S, MEMORY, from + 3L * BYTES, ORDER)
                    .fma(own, d);
        }
        a.intoMemorySegment(MEMORY, y, ORDER);
        b.intoMemorySegment(MEMORY, y + BYTES, ORDER);
        c.intoMemorySegment(MEMORY, y + 2L * BYTES, ORDER);
        d.intoMemorySegment(MEMORY, y + 3L * BYTES, ORDER);
    }

    /** One window of any size. */
    private static void one(long x, int[] taps, long weight, long y) {
        FloatVector sum = FloatVector.zero(S);
        for (int t = 0; t < taps.length; t++) {
            sum = FloatVector.fromMemorySegment(S, MEMORY, x + taps[t], ORDER)
                    .fma(FloatVector.fromMemorySegment(S, MEMORY, weight + (long) t * BYTES, ORDER), sum);
        }
        sum.intoMemorySegment(MEMORY, y, ORDER);
    }

    /** Adds to the gradients of the elements under each window its own gradient times the weight. */
    static void scatter(BlockWindows w, int outRow, long g, long weight, long dx) {
        long first = dx + w.row(outRow);
        int rows = w.rows(outRow);
        long weightRow = (long) w.grid.kernelW() * BYTES;
        long ownWeight = weight + w.firstRow(outRow) * weightRow;
        for (int o = 0; o < w.columns.length; o++) {
            FloatVector own = FloatVector.fromMemorySegment(S, MEMORY, g + (long) o * BYTES, ORDER);
            for (int i = 0; i < rows; i++) {
                long place = first + w.column[o] + (long) i * w.rowStep;
                long tap = ownWeight + i * weightRow + (long) w.firstColumn[o] * BYTES;
                for (int j = 0; j < w.columns[o]; j++) {
                    long to = place + (long) j * w.columnStep;
                    own.fma(
                                    FloatVector.fromMemorySegment(S, MEMORY, tap + (long) j * BYTES, ORDER),
                                    FloatVector.fromMemorySegment(S, MEMORY, to, ORDER))
                            .intoMemorySegment(MEMORY, to, ORDER);
                }
            }
        }
    }

    /** Adds to the sums of each element of the window what a row of windows gives: its gradients times x, in float64. */
    static void weightGradient(BlockWindows w, int outRow, long g, long x, long sums) {
        long first = x + w.row(outRow);
        int stride = w.grid.strideW() * BYTES;
        for (int i = 0; i < w.rows(outRow); i++) {
            long tap = sums + (long) (w.firstRow(outRow) + i) * w.grid.kernelW() * Doubles.BLOCK_BYTES;
            for (int j = 0; j < w.grid.kernelW(); j++) {
                int begin = w.begin(j);
                int n = w.end(j) - begin;
                if (n > 0) {
                    long from = first + (long) i * w.rowStep + (long) w.grid.column(begin, j) * BYTES;
                    long sum = tap + (long) j * Doubles.BLOCK_BYTES;
                    addProducts(g + (long) begin * BYTES, from, stride, n, sum);
                }
            }
        }
    }

    /** Adds products to a sum, in four interleaved parts, which do not wait for one another. */
    private static void addProducts(long g, long x, int stride, int n, long sums) {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = FloatVector.zero(S);
        FloatVector c = FloatVector.zero(S);
        FloatVector d = FloatVector.zero(S);
        int o = 0;
        for (; o + 3 < n; o += 4) {
            long gradient = g + (long) o * BYTES;
            long place = x + (long) o * stride;
            a = FloatVector.fromMemorySegment(S, MEMORY, gradient, ORDER)
                    .fma(FloatVector.fromMemorySegment(S, MEMORY, place, ORDER), a);
            b = FloatVector.fromMemorySegment(S, MEMORY, gradient + BYTES, ORDER)
                    .fma(FloatVector.fromMemorySegment(S, MEMORY, place + stride, ORDER), b);
            c = FloatVector.fromMemorySegment(S, MEMORY, gradient + 2L * BYTES, ORDER)
                    .fma(FloatVector.fromMemorySegment(S, MEMORY, place + 2L * stride, ORDER), c);
            d = FloatVector.fromMemorySegment(S, MEMORY, gradient + 3L * BYTES, ORDER)
                    .fma(FloatVector.fromMemorySegment(S, MEMORY, place + 3L * stride, ORDER), d);
        }
        for (; o < n; o++) {
            a = FloatVector.fromMemorySegment(S, MEMORY, g + (long) o * BYTES, ORDER)
                    .fma(FloatVector.fromMemorySegment(S, MEMORY, x + (long) o * stride, ORDER), a);
        }
        FloatVector sum = a.add(b).add(c.add(d));
        DoubleVector.fromMemorySegment(D, MEMORY, sums, ORDER)
                .add(sum.convertShape(VectorOperators.F2D, D, 0))
                .intoMemorySegment(MEMORY, sums, ORDER);
        DoubleVector.fromMemorySegment(D, MEMORY, sums + BYTES, ORDER)
                .add(sum.convertShape(VectorOperators.F2D, D, 1))
                .intoMemorySegment(MEMORY, sums + BYTES, ORDER);
    }
}
