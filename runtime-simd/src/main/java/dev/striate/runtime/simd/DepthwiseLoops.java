package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * One row of windows of a depthwise convolution, and of its gradients, in one block of channels. The weight of a block is
 * one vector for each element of the window.
 */
final class DepthwiseLoops {
    private DepthwiseLoops() {}

    /** The sums of a row, beginning with those that are given. */
    static void forward(
            BlockWindows w,
            int outRow,
            MemorySegment x,
            long plane,
            MemorySegment weight,
            long weightAt,
            MemorySegment start,
            long startAt,
            MemorySegment y,
            long at) {
        int stride = w.grid.strideW();
        boolean inside = w.rows(outRow) == 3 && w.grid.kernelH() == 3 && w.grid.kernelW() == 3 && stride < 3;
        int begin = inside ? w.inside : w.columns.length;
        int end = inside ? w.insideEnd : w.columns.length;
        partial(w, outRow, 0, begin, x, plane, weight, weightAt, start, startAt, y, at);
        if (begin < end) {
            long from = plane + w.row(outRow) + w.column[begin];
            long to = at + (long) begin * BYTES;
            int n = end - begin;
            if (stride == 1) {
                byOne(x, from, w.rowStep, w.columnStep, n, weight, weightAt, start, startAt, y, to);
            } else {
                byTwo(x, from, w.rowStep, w.columnStep, n, weight, weightAt, start, startAt, y, to);
            }
        }
        partial(w, outRow, end, w.columns.length, x, plane, weight, weightAt, start, startAt, y, at);
    }

    /** Windows of any size, of which a part may be outside. */
    private static void partial(
            BlockWindows w,
            int outRow,
            int begin,
            int end,
            MemorySegment x,
            long plane,
            MemorySegment weight,
            long weightAt,
            MemorySegment start,
            long startAt,
            MemorySegment y,
            long at) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
        long weightRow = (long) w.grid.kernelW() * BYTES;
        long ownWeight = weightAt + w.firstRow(outRow) * weightRow;
        FloatVector bias = FloatVector.fromMemorySegment(S, start, startAt, ORDER);
        for (int o = begin; o < end; o++) {
            FloatVector sum = bias;
            for (int i = 0; i < rows; i++) {
                long place = first + w.column[o] + (long) i * w.rowStep;
                long tap = ownWeight + i * weightRow + (long) w.firstColumn[o] * BYTES;
                for (int j = 0; j < w.columns[o]; j++) {
                    FloatVector v = FloatVector.fromMemorySegment(S, x, place + (long) j * w.columnStep, ORDER);
                    sum = v.fma(FloatVector.fromMemorySegment(S, weight, tap + (long) j * BYTES, ORDER), sum);
                }
            }
            sum.intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
    }

    /** Windows of 3 x 3 and stride 1 that are wholly inside, with the weight in registers. */
    private static void byOne(
            MemorySegment x,
            long from,
            int rowStep,
            int step,
            int n,
            MemorySegment weight,
            long w,
            MemorySegment start,
            long startAt,
            MemorySegment y,
            long at) {
        FloatVector w0 = FloatVector.fromMemorySegment(S, weight, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(S, weight, w + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(S, weight, w + 2L * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(S, weight, w + 3L * BYTES, ORDER);
        FloatVector w4 = FloatVector.fromMemorySegment(S, weight, w + 4L * BYTES, ORDER);
        FloatVector w5 = FloatVector.fromMemorySegment(S, weight, w + 5L * BYTES, ORDER);
        FloatVector w6 = FloatVector.fromMemorySegment(S, weight, w + 6L * BYTES, ORDER);
        FloatVector w7 = FloatVector.fromMemorySegment(S, weight, w + 7L * BYTES, ORDER);
        FloatVector w8 = FloatVector.fromMemorySegment(S, weight, w + 8L * BYTES, ORDER);
        FloatVector bias = FloatVector.fromMemorySegment(S, start, startAt, ORDER);
        long below = from + rowStep;
        long last = below + rowStep;
        for (int o = 0; o < n; o++) {
            long i = (long) o * BYTES;
            FloatVector top = load(x, from + i).fma(w0, bias);
            FloatVector middle = load(x, below + i).mul(w3);
            FloatVector bottom = load(x, last + i).mul(w6);
            top = load(x, from + step + i).fma(w1, top);
            middle = load(x, below + step + i).fma(w4, middle);
            bottom = load(x, last + step + i).fma(w7, bottom);
            top = load(x, from + 2L * step + i).fma(w2, top);
            middle = load(x, below + 2L * step + i).fma(w5, middle);
            bottom = load(x, last + 2L * step + i).fma(w8, bottom);
            top.add(middle).add(bottom).intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
    }

    /** As {@link #byOne} with stride 2: a constant, since the JIT compiler must know it to check bounds once. */
    private static void byTwo(
            MemorySegment x,
            long from,
            int rowStep,
            int step,
            int n,
            MemorySegment weight,
            long w,
            MemorySegment start,
            long startAt,
            MemorySegment y,
            long at) {
        FloatVector w0 = FloatVector.fromMemorySegment(S, weight, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(S, weight, w + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(S, weight, w + 2L * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(S, weight, w + 3L * BYTES, ORDER);
        FloatVector w4 = FloatVector.fromMemorySegment(S, weight, w + 4L * BYTES, ORDER);
        FloatVector w5 = FloatVector.fromMemorySegment(S, weight, w + 5L * BYTES, ORDER);
        FloatVector w6 = FloatVector.fromMemorySegment(S, weight, w + 6L * BYTES, ORDER);
        FloatVector w7 = FloatVector.fromMemorySegment(S, weight, w + 7L * BYTES, ORDER);
        FloatVector w8 = FloatVector.fromMemorySegment(S, weight, w + 8L * BYTES, ORDER);
        FloatVector bias = FloatVector.fromMemorySegment(S, start, startAt, ORDER);
        long below = from + rowStep;
        long last = below + rowStep;
        for (int o = 0; o < n; o++) {
            long i = (long) o * 2 * BYTES;
            FloatVector top = load(x, from + i).fma(w0, bias);
            FloatVector middle = load(x, below + i).mul(w3);
            FloatVector bottom = load(x, last + i).mul(w6);
            top = load(x, from + step + i).fma(w1, top);
            middle = load(x, below + step + i).fma(w4, middle);
            bottom = load(x, last + step + i).fma(w7, bottom);
            top = load(x, from + 2L * step + i).fma(w2, top);
            middle = load(x, below + 2L * step + i).fma(w5, middle);
            bottom = load(x, last + 2L * step + i).fma(w8, bottom);
            top.add(middle).add(bottom).intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
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
