package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Maxima and means of windows of 2 x 2 with stride 2 and without padding, in row-major order. The last vector of a row may
 * reach into the rows below, which are computed afterwards; where there are none, elements are computed one by one.
 *
 * @param cpu the threads
 * @param others what does all other pooling
 */
record RowPooling(Cpu cpu, KernelFactory<Pool> others) implements KernelFactory<Pool> {
    /** The elements of two vectors with even numbers, and those with odd ones. */
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i);

    private static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(S, i -> 2 * i + 1);

    @Override
    public Runnable bind(Pool pool, Operands o) {
        Sizes shape = o.in(0).shape();
        Grid grid = Grid.of(pool.window(), shape.dim(2), shape.dim(3));
        if (!fits(pool, grid)) {
            return others.bind(pool, o);
        }
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        int results = grid.outH() * grid.outW();
        int vectorRows = vectorRows(grid);
        boolean max = pool.kind() == Pool.Kind.MAX;
        return BlockKernel.named(BlockKernel.NAME, cpu.forEach(shape.dim(0) * shape.dim(1), results, (plane, slot) -> {
            long from = (long) Float.BYTES * plane * grid.area();
            long to = (long) Float.BYTES * plane * results;
            vectors(max, x, from, grid.w(), vectorRows, grid.outW(), y, to);
            elements(max, x, from, grid.w(), vectorRows, grid.outH(), grid.outW(), y, to);
        }));
    }

    /** Whether its windows are such. */
    static boolean fits(Pool pool, Grid grid) {
        return pool.kind() != Pool.Kind.L2
                && grid.kernelH() == 2
                && grid.kernelW() == 2
                && grid.strideH() == 2
                && grid.strideW() == 2
                && grid.dilationH() == 1
                && grid.dilationW() == 1
                && grid.top() == 0
                && grid.left() == 0
                && 2 * grid.outH() <= grid.h()
                && 2 * grid.outW() <= grid.w();
    }

    /** How many rows of the pooled map, and pairs of rows of the other, can be done in whole vectors that stay within the channel. */
    static int vectorRows(Grid grid) {
        int width = Math.ceilDiv(grid.outW(), LANES) * LANES;
        int rows = grid.outH();
        while (rows > 0
                && ((rows - 1) * grid.outW() + width > grid.outH() * grid.outW()
                        || (2 * rows - 1) * grid.w() + 2 * width > grid.area())) {
            rows--;
        }
        return rows;
    }

    private static void vectors(
            boolean max, MemorySegment x, long from, int width, int rows, int columns, MemorySegment y, long to) {
        for (int row = 0; row < rows; row++) {
            long top = from + 2L * Float.BYTES * row * width;
            long out = to + (long) Float.BYTES * row * columns;
            if (max) {
                maxima(x, top, top + (long) Float.BYTES * width, columns, y, out);
            } else {
                means(x, top, top + (long) Float.BYTES * width, columns, y, out);
            }
        }
    }

    private static void maxima(MemorySegment x, long top, long bottom, int columns, MemorySegment y, long to) {
        for (int i = 0; i < columns; i += LANES) {
            long at = 2L * Float.BYTES * i;
            FloatVector a = FloatVector.fromMemorySegment(S, x, top + at, ORDER)
                    .max(FloatVector.fromMemorySegment(S, x, bottom + at, ORDER));
            FloatVector b = FloatVector.fromMemorySegment(S, x, top + BYTES + at, ORDER)
                    .max(FloatVector.fromMemorySegment(S, x, bottom + BYTES + at, ORDER));
            a.rearrange(EVEN, b).max(a.rearrange(ODD, b)).intoMemorySegment(y, to + (long) Float.BYTES * i, ORDER);
        }
    }

    private static void means(MemorySegment x, long top, long bottom, int columns, MemorySegment y, long to) {
        for (int i = 0; i < columns; i += LANES) {
            long at = 2L * Float.BYTES * i;
            FloatVector a = FloatVector.fromMemorySegment(S, x, top + at, ORDER)
                    .add(FloatVector.fromMemorySegment(S, x, bottom + at, ORDER));
            FloatVector b = FloatVector.fromMemorySegment(S, x, top + BYTES + at, ORDER)
                    .add(FloatVector.fromMemorySegment(S, x, bottom + BYTES + at, ORDER));
            a.rearrange(EVEN, b)
                    .add(a.rearrange(ODD, b))
                    .mul(0.25f)
                    .intoMemorySegment(y, to + (long) Float.BYTES * i, ORDER);
        }
    }

    /** The rows from {@code first} on. */
    private static void elements(
            boolean max,
            MemorySegment x,
            long from,
            int width,
            int first,
            int rows,
            int columns,
            MemorySegment y,
            long to) {
        for (int i = first * columns; i < rows * columns; i++) {
            long top = from + 2L * Float.BYTES * (i / columns * width + i % columns);
            long bottom = top + (long) Float.BYTES * width;
            float a = x.get(JAVA_FLOAT, top);
            float b = x.get(JAVA_FLOAT, top + Float.BYTES);
            float c = x.get(JAVA_FLOAT, bottom);
            float d = x.get(JAVA_FLOAT, bottom + Float.BYTES);
            float result = max ? Math.max(Math.max(a, c), Math.max(b, d)) : ((a + c) + (b + d)) * 0.25f;
            y.set(JAVA_FLOAT, to + (long) Float.BYTES * i, result);
        }
    }
}
