package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Windows of a depthwise convolution, and of its gradients, in one block of channels. The weight of a block is one vector for
 * each element of the window.
 */
final class DepthwiseLoops {
    private DepthwiseLoops() {}

    /** Elements of a window whose weights stay in registers. */
    private static final int NINE = 9;

    /**
     * The sums of rows of neighbouring windows.
     *
     * @param at where the first window begins in {@code x}, in bytes; the others of a row follow at each vector
     * @param next from one row to the next in {@code x}, in bytes
     * @param taps how far each element of a window is from where it begins, in bytes
     * @param weightAt where the weight begins: a vector for each element of the window
     * @param to where the first sum lies in {@code y}, where the others follow without gaps
     */
    static void forward(
            MemorySegment x,
            long at,
            long next,
            int[] taps,
            MemorySegment weight,
            long weightAt,
            int rows,
            int columns,
            MemorySegment y,
            long to) {
        if (taps.length == NINE) {
            nine(x, at, next, taps, weight, weightAt, rows, columns, y, to);
            return;
        }
        for (int row = 0; row < rows; row++) {
            long from = at + row * next;
            long result = to + (long) row * columns * BYTES;
            int done = 0;
            for (; done + 4 <= columns; done += 4) {
                four(x, from + (long) done * BYTES, taps, weight, weightAt, y, result + (long) done * BYTES);
            }
            for (; done < columns; done++) {
                one(x, from + (long) done * BYTES, taps, weight, weightAt, y, result + (long) done * BYTES);
            }
        }
    }

    /** Windows of nine elements, with the weight in registers; all rows in one loop, as in {@link VectorRows}. */
    private static void nine(
            MemorySegment x,
            long at,
            long next,
            int[] taps,
            MemorySegment weight,
            long w,
            int rows,
            int columns,
            MemorySegment y,
            long to) {
        FloatVector w0 = load(weight, w);
        FloatVector w1 = load(weight, w + BYTES);
        FloatVector w2 = load(weight, w + 2L * BYTES);
        FloatVector w3 = load(weight, w + 3L * BYTES);
        FloatVector w4 = load(weight, w + 4L * BYTES);
        FloatVector w5 = load(weight, w + 5L * BYTES);
        FloatVector w6 = load(weight, w + 6L * BYTES);
        FloatVector w7 = load(weight, w + 7L * BYTES);
        FloatVector w8 = load(weight, w + 8L * BYTES);
        long x0 = taps[0];
        long x1 = taps[1];
        long x2 = taps[2];
        long x3 = taps[3];
        long x4 = taps[4];
        long x5 = taps[5];
        long x6 = taps[6];
        long x7 = taps[7];
        long x8 = taps[8];
        long i = at;
        long result = to;
        for (int o = 0, column = 0; o < rows * columns; o++, column++, i += BYTES, result += BYTES) {
            if (column == columns) {
                column = 0;
                i += next - columns * (long) BYTES;
            }
            FloatVector top = load(x, x0 + i).mul(w0);
            FloatVector middle = load(x, x3 + i).mul(w3);
            FloatVector bottom = load(x, x6 + i).mul(w6);
            top = load(x, x1 + i).fma(w1, top);
            middle = load(x, x4 + i).fma(w4, middle);
            bottom = load(x, x7 + i).fma(w7, bottom);
            top = load(x, x2 + i).fma(w2, top);
            middle = load(x, x5 + i).fma(w5, middle);
            bottom = load(x, x8 + i).fma(w8, bottom);
            top.add(middle).add(bottom).intoMemorySegment(y, result, ORDER);
        }
    }

    /** Four windows of any size. */
    private static void four(
            MemorySegment x, long at, int[] taps, MemorySegment weight, long w, MemorySegment y, long to) {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = FloatVector.zero(S);
        FloatVector c = FloatVector.zero(S);
        FloatVector d = FloatVector.zero(S);
        for (int t = 0; t < taps.length; t++) {
            FloatVector own = load(weight, w + (long) t * BYTES);
            long from = at + taps[t];
            a = load(x, from).fma(own, a);
            b = load(x, from + BYTES).fma(own, b);
            c = load(x, from + 2L * BYTES).fma(own, c);
            d = load(x, from + 3L * BYTES).fma(own, d);
        }
        a.intoMemorySegment(y, to, ORDER);
        b.intoMemorySegment(y, to + BYTES, ORDER);
        c.intoMemorySegment(y, to + 2L * BYTES, ORDER);
        d.intoMemorySegment(y, to + 3L * BYTES, ORDER);
    }

    /** One window of any size. */
    private static void one(
            MemorySegment x, long at, int[] taps, MemorySegment weight, long w, MemorySegment y, long to) {
        FloatVector sum = FloatVector.zero(S);
        for (int t = 0; t < taps.length; t++) {
            sum = load(x, at + taps[t]).fma(load(weight, w + (long) t * BYTES), sum);
        }
        sum.intoMemorySegment(y, to, ORDER);
    }

    /** Adds to the gradients of the elements under each window its own gradient times the weight. */
    static void scatter(
            BlockWindows w,
            int outRow,
            MemorySegment g,
            long at,
            MemorySegment weight,
            long weightAt,
            MemorySegment dx,
            long plane) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
        long weightRow = (long) w.grid.kernelW() * BYTES;
        long ownWeight = weightAt + w.firstRow(outRow) * weightRow;
        for (int o = 0; o < w.columns.length; o++) {
            FloatVector own = FloatVector.fromMemorySegment(S, g, at + (long) o * BYTES, ORDER);
            for (int i = 0; i < rows; i++) {
                long place = first + w.column[o] + (long) i * w.rowStep;
                long tap = ownWeight + i * weightRow + (long) w.firstColumn[o] * BYTES;
                for (int j = 0; j < w.columns[o]; j++) {
                    long to = place + (long) j * w.columnStep;
                    own.fma(
                                    FloatVector.fromMemorySegment(S, weight, tap + (long) j * BYTES, ORDER),
                                    FloatVector.fromMemorySegment(S, dx, to, ORDER))
                            .intoMemorySegment(dx, to, ORDER);
                }
            }
        }
    }

    /** Adds to the sums of each element of the window what a row of windows gives: its gradients times x, in float64. */
    static void weightGradient(
            BlockWindows w,
            int outRow,
            MemorySegment g,
            long at,
            MemorySegment x,
            long plane,
            MemorySegment sums,
            long to) {
        long first = plane + w.row(outRow);
        int stride = w.grid.strideW() * BYTES;
        for (int i = 0; i < w.rows(outRow); i++) {
            long tap = to + (long) (w.firstRow(outRow) + i) * w.grid.kernelW() * Doubles.BLOCK_BYTES;
            for (int j = 0; j < w.grid.kernelW(); j++) {
                int begin = w.begin(j);
                int n = w.end(j) - begin;
                if (n > 0) {
                    long from = first + (long) i * w.rowStep + (long) w.grid.column(begin, j) * BYTES;
                    long sum = tap + (long) j * Doubles.BLOCK_BYTES;
                    addProducts(g, at + (long) begin * BYTES, x, from, stride, n, sums, sum);
                }
            }
        }
    }

    /** Adds products to a sum, in four interleaved parts, which do not wait for one another. */
    private static void addProducts(
            MemorySegment g, long at, MemorySegment x, long from, int stride, int n, MemorySegment sums, long to) {
        FloatVector a = FloatVector.zero(S);
        FloatVector b = FloatVector.zero(S);
        FloatVector c = FloatVector.zero(S);
        FloatVector d = FloatVector.zero(S);
        int o = 0;
        for (; o + 3 < n; o += 4) {
            long gradient = at + (long) o * BYTES;
            long place = from + (long) o * stride;
            a = load(g, gradient).fma(load(x, place), a);
            b = load(g, gradient + BYTES).fma(load(x, place + stride), b);
            c = load(g, gradient + 2L * BYTES).fma(load(x, place + 2L * stride), c);
            d = load(g, gradient + 3L * BYTES).fma(load(x, place + 3L * stride), d);
        }
        for (; o < n; o++) {
            a = load(g, at + (long) o * BYTES).fma(load(x, from + (long) o * stride), a);
        }
        Doubles.add(a.add(b).add(c.add(d)), sums, to);
    }

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(S, x, at, ORDER);
    }
}
