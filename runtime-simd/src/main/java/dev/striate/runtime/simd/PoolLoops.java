package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * One row of windows of a pooling, and of its gradients, in one block of channels. A window's largest element is found where
 * it is needed, twice: a method with a loop that returns a vector is not always inlined, and then returns an object.
 */
final class PoolLoops {
    private PoolLoops() {}

    /**
     * The largest elements; NaN when one is.
     *
     * @param rows of the windows that count, one or more
     * @param first where the first of them is
     */
    static void max(BlockWindows w, int rows, MemorySegment x, long first, MemorySegment y, long at) {
        assert rows > 0;
        boolean common = w.grid.strideW() == 2 && w.columnStep == BYTES;
        boolean three = common && w.grid.kernelH() == 3 && w.grid.kernelW() == 3;
        boolean two = common && w.grid.kernelH() == 2 && w.grid.kernelW() == 2;
        int begin = three || two ? w.inside : w.columns.length;
        int end = three || two ? w.insideEnd : w.columns.length;
        max(w, rows, 0, begin, x, first, y, at);
        if (begin < end) {
            long from = x.address() + first + w.column[begin];
            long last = from + (rows - 1L) * w.rowStep;
            long to = y.address() + at + (long) begin * BYTES;
            if (three) { // a row may be taken twice
                max3(from, rows == 1 ? from : from + w.rowStep, last, end - begin, to);
            } else {
                max2(from, last, end - begin, to);
            }
        }
        max(w, rows, end, w.columns.length, x, first, y, at);
    }

    /** Windows of any size, of which a part may be outside. */
    private static void max(
            BlockWindows w, int rows, int begin, int end, MemorySegment x, long first, MemorySegment y, long at) {
        int rowStep = w.rowStep;
        int step = w.columnStep;
        for (int o = begin; o < end; o++) {
            FloatVector best = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < rows; i++) {
                long row = first + w.column[o] + (long) i * rowStep;
                for (int j = 0; j < w.columns[o]; j++) {
                    best = best.max(FloatVector.fromMemorySegment(S, x, row + (long) j * step, ORDER));
                }
            }
            best.intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
    }

    /** Windows of 2 x 2 side by side, all inside. */
    private static void max2(long top, long bottom, int n, long to) {
        for (int o = 0; o < n; o++) {
            long i = (long) o * 2 * BYTES;
            load(top + i)
                    .max(load(bottom + i))
                    .max(load(top + BYTES + i).max(load(bottom + BYTES + i)))
                    .intoMemorySegment(MEMORY, (to + (long) o * BYTES) & ADDRESS, ORDER);
        }
    }

    /** Windows of 3 x 3 with stride 2, all inside: the last column of one is the first of the next. */
    private static void max3(long top, long middle, long bottom, int n, long to) {
        FloatVector first = load(top).max(load(middle)).max(load(bottom));
        for (int o = 0; o < n; o++) {
            long i = (long) o * 2 * BYTES;
            FloatVector second =
                    load(top + BYTES + i).max(load(middle + BYTES + i)).max(load(bottom + BYTES + i));
            FloatVector third = load(top + 2L * BYTES + i)
                    .max(load(middle + 2L * BYTES + i))
                    .max(load(bottom + 2L * BYTES + i));
            first.max(second).max(third).intoMemorySegment(MEMORY, (to + (long) o * BYTES) & ADDRESS, ORDER);
            first = third;
        }
    }

    /** The larger ones of so many vectors and those of the result. */
    static void larger(MemorySegment x, long from, MemorySegment y, long at, int n) {
        for (int o = 0; o < n; o++) {
            long place = at + (long) o * BYTES;
            load(y, place).max(load(x, from + (long) o * BYTES)).intoMemorySegment(y, place, ORDER);
        }
    }

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(S, x, at, ORDER);
    }

    private static FloatVector load(long at) {
        return FloatVector.fromMemorySegment(S, MEMORY, at & ADDRESS, ORDER);
    }

    /** The means. */
    static void average(BlockWindows w, int outRow, MemorySegment x, long plane, MemorySegment y, long at) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
        int rowStep = w.rowStep;
        int step = w.columnStep;
        for (int o = 0; o < w.column.length; o++) {
            FloatVector sum = FloatVector.zero(S);
            for (int i = 0; i < rows; i++) {
                long row = first + w.column[o] + (long) i * rowStep;
                FloatVector part = FloatVector.zero(S);
                for (int j = 0; j < w.columns[o]; j++) {
                    part = part.add(FloatVector.fromMemorySegment(S, x, row + (long) j * step, ORDER));
                }
                sum = sum.add(part);
            }
            sum.mul(w.share(outRow, o)).intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
    }

    /** The square roots of the sums of squares. */
    static void norm(BlockWindows w, int outRow, MemorySegment x, long plane, MemorySegment y, long at) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
        int rowStep = w.rowStep;
        int step = w.columnStep;
        for (int o = 0; o < w.column.length; o++) {
            FloatVector sum = FloatVector.zero(S);
            for (int i = 0; i < rows; i++) {
                long row = first + w.column[o] + (long) i * rowStep;
                FloatVector part = FloatVector.zero(S);
                for (int j = 0; j < w.columns[o]; j++) {
                    FloatVector v = FloatVector.fromMemorySegment(S, x, row + (long) j * step, ORDER);
                    part = v.fma(v, part);
                }
                sum = sum.add(part);
            }
            sum.sqrt().intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
    }

    /** Adds the gradient of each window to that of its first largest element, or its first NaN, in every channel. */
    static void maxGradient(
            BlockWindows w, int outRow, MemorySegment g, long at, MemorySegment x, MemorySegment dx, long plane) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
        int rowStep = w.rowStep;
        int step = w.columnStep;
        for (int o = 0; o < w.column.length; o++) {
            long from = first + w.column[o];
            FloatVector best = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < w.columns[o]; j++) {
                    long place = from + (long) i * rowStep + (long) j * step;
                    best = best.max(FloatVector.fromMemorySegment(S, x, place, ORDER));
                }
            }
            // What is still to be given to an element: the whole gradient, or 0 in the channels where it has been.
            FloatVector rest = FloatVector.fromMemorySegment(S, g, at + (long) o * BYTES, ORDER);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < w.columns[o]; j++) {
                    long place = from + (long) i * rowStep + (long) j * step;
                    FloatVector v = FloatVector.fromMemorySegment(S, x, place, ORDER);
                    VectorMask<Float> is = v.compare(VectorOperators.EQ, best).or(v.compare(VectorOperators.NE, v));
                    FloatVector.fromMemorySegment(S, dx, place, ORDER)
                            .add(FloatVector.zero(S).blend(rest, is))
                            .intoMemorySegment(dx, place, ORDER);
                    rest = rest.blend(0f, is);
                }
            }
        }
    }

    /** Adds the gradient of each window to those of its elements, each its share. */
    static void averageGradient(BlockWindows w, int outRow, MemorySegment g, long at, MemorySegment dx, long plane) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
        int rowStep = w.rowStep;
        int step = w.columnStep;
        for (int o = 0; o < w.column.length; o++) {
            FloatVector share = FloatVector.fromMemorySegment(S, g, at + (long) o * BYTES, ORDER)
                    .mul(w.share(outRow, o));
            for (int i = 0; i < rows; i++) {
                long row = first + w.column[o] + (long) i * rowStep;
                for (int j = 0; j < w.columns[o]; j++) {
                    long place = row + (long) j * step;
                    FloatVector.fromMemorySegment(S, dx, place, ORDER)
                            .add(share)
                            .intoMemorySegment(dx, place, ORDER);
                }
            }
        }
    }

    /** Adds to the gradients of each window's elements their parts of its norm. */
    static void normGradient(
            BlockWindows w,
            int outRow,
            MemorySegment g,
            MemorySegment y,
            long at,
            MemorySegment x,
            MemorySegment dx,
            long plane) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
        int rowStep = w.rowStep;
        int step = w.columnStep;
        for (int o = 0; o < w.column.length; o++) {
            FloatVector norm = FloatVector.fromMemorySegment(S, y, at + (long) o * BYTES, ORDER);
            FloatVector ratio = FloatVector.fromMemorySegment(S, g, at + (long) o * BYTES, ORDER)
                    .div(norm)
                    .blend(0f, norm.compare(VectorOperators.EQ, 0f));
            for (int i = 0; i < rows; i++) {
                long row = first + w.column[o] + (long) i * rowStep;
                for (int j = 0; j < w.columns[o]; j++) {
                    long place = row + (long) j * step;
                    FloatVector v = FloatVector.fromMemorySegment(S, x, place, ORDER);
                    v.fma(ratio, FloatVector.fromMemorySegment(S, dx, place, ORDER))
                            .intoMemorySegment(dx, place, ORDER);
                }
            }
        }
    }
}
