package dev.striate.runtime.simd;

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

    /** The largest elements; NaN when one is. */
    static void max(BlockWindows w, int outRow, MemorySegment x, long plane, MemorySegment y, long at) {
        boolean common = w.grid.strideW() == 2 && w.rows(outRow) == w.grid.kernelH() && w.columnStep == BYTES;
        boolean three = common && w.grid.kernelH() == 3 && w.grid.kernelW() == 3;
        boolean two = common && w.grid.kernelH() == 2 && w.grid.kernelW() == 2;
        int begin = three || two ? w.inside : w.columns.length;
        int end = three || two ? w.insideEnd : w.columns.length;
        max(w, outRow, 0, begin, x, plane, y, at);
        if (begin < end) {
            long from = plane + w.row(outRow) + w.column[begin];
            if (three) {
                max3(x, from, w.rowStep, end - begin, y, at + (long) begin * BYTES);
            } else {
                max2(x, from, w.rowStep, end - begin, y, at + (long) begin * BYTES);
            }
        }
        max(w, outRow, end, w.columns.length, x, plane, y, at);
    }

    /** Windows of any size, of which a part may be outside. */
    private static void max(
            BlockWindows w, int outRow, int begin, int end, MemorySegment x, long plane, MemorySegment y, long at) {
        long first = plane + w.row(outRow);
        int rows = w.rows(outRow);
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

    /** Windows of 2 x 2 side by side, all inside: the constants are what the JIT compiler needs to check bounds once. */
    private static void max2(MemorySegment x, long from, int rowStep, int n, MemorySegment y, long at) {
        long below = from + rowStep;
        for (int o = 0; o < n; o++) {
            long i = (long) o * 2 * BYTES;
            FloatVector top = load(x, from + i).max(load(x, from + BYTES + i));
            FloatVector bottom = load(x, below + i).max(load(x, below + BYTES + i));
            top.max(bottom).intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
    }

    /** Windows of 3 x 3 with stride 2, all inside; as {@link #max2}. */
    private static void max3(MemorySegment x, long from, int rowStep, int n, MemorySegment y, long at) {
        long below = from + rowStep;
        long last = below + rowStep;
        for (int o = 0; o < n; o++) {
            long i = (long) o * 2 * BYTES;
            FloatVector left = load(x, from + i).max(load(x, below + i)).max(load(x, last + i));
            FloatVector middle =
                    load(x, from + BYTES + i).max(load(x, below + BYTES + i)).max(load(x, last + BYTES + i));
            FloatVector right = load(x, from + 2L * BYTES + i)
                    .max(load(x, below + 2L * BYTES + i))
                    .max(load(x, last + 2L * BYTES + i));
            left.max(middle).max(right).intoMemorySegment(y, at + (long) o * BYTES, ORDER);
        }
    }

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(S, x, at, ORDER);
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
