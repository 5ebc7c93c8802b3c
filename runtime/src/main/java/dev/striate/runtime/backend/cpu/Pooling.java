package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Pooling and its gradients, channel by channel in arrays on the heap. */
final class Pooling {
    // The arrays of the scratch memory.
    private static final int CHANNEL = 0;
    private static final int RESULT = 1;
    private static final int LINES = 2;

    private final Cpu cpu;

    Pooling(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable forward(Pool pool, Operands o) {
        Sizes shape = o.in(0).shape();
        Grid grid = Grid.of(pool.window(), shape.dim(2), shape.dim(3));
        PoolLines lines = new PoolLines(pool, grid);
        reserve(grid.area(), lines.results(), lines.elements());
        return channels(o, grid, (channel, slot) -> {
            float[] x = load(o.in(0).data(), channel, grid.area(), CHANNEL, slot);
            float[] joined = cpu.scratch().array(slot, LINES);
            float[] y = cpu.scratch().array(slot, RESULT);
            if (pool.kind() == Pool.Kind.L2) {
                multiply(x, x, grid.area());
            }
            lines.join(x, joined);
            lines.pool(joined, y);
            for (int i = 0; i < lines.results() && pool.kind() == Pool.Kind.L2; i++) {
                y[i] = (float) Math.sqrt(y[i]);
            }
            for (int oy = 0; oy < grid.outH(); oy++) {
                long at = outputRow(grid, channel, oy);
                MemorySegment.copy(y, lines.result(oy), o.out().data(), JAVA_FLOAT, at, grid.outW());
            }
        });
    }

    Runnable averageGradient(AvgPoolGrad kernel, Operands o) {
        return averageGradient(kernel, o, ElementFunction.NOTHING);
    }

    /** The gradient and a function of it, applied to each channel once it is computed. */
    Runnable averageGradient(AvgPoolGrad kernel, Operands o, ElementFunction epilogue) {
        Grid grid = Grid.of(
                kernel.pool().window(), kernel.shape().dim(2), kernel.shape().dim(3));
        PoolLines lines = new PoolLines(kernel.pool(), grid);
        reserve(grid.area(), lines.results(), lines.elements());
        return channels(o, grid, (channel, slot) -> {
            float[] gy = results(o.in(0), channel, grid, lines, RESULT, slot);
            lines.divide(gy);
            float[] gx = unpooled(gy, lines, slot);
            store(gx, o.out().data(), channel, grid.area());
            epilogue.apply((long) channel * grid.area(), grid.area(), slot);
        });
    }

    Runnable l2Gradient(L2PoolGrad kernel, Operands o) {
        Sizes shape = o.in(1).shape();
        Grid grid = Grid.of(kernel.pool().window(), shape.dim(2), shape.dim(3));
        PoolLines lines = new PoolLines(kernel.pool(), grid);
        reserve(Math.max(grid.area(), lines.results()), lines.results(), Math.max(grid.area(), lines.elements()));
        return channels(o, grid, (channel, slot) -> {
            float[] gy = results(o.in(0), channel, grid, lines, RESULT, slot);
            float[] y = results(o.in(2), channel, grid, lines, CHANNEL, slot);
            for (int i = 0; i < lines.results(); i++) {
                gy[i] = y[i] == 0 ? 0 : gy[i] / y[i];
            }
            float[] gx = unpooled(gy, lines, slot);
            multiply(gx, load(o.in(1).data(), channel, grid.area(), LINES, slot), grid.area());
            store(gx, o.out().data(), channel, grid.area());
        });
    }

    /** One channel of results, or their gradients, where the lines have them; 0 between them. */
    private float[] results(Tensor from, int channel, Grid grid, PoolLines lines, int array, int slot) {
        float[] y = cpu.scratch().array(slot, array);
        Arrays.fill(y, 0, lines.results(), 0);
        for (int oy = 0; oy < grid.outH(); oy++) {
            MemorySegment.copy(from.data(), JAVA_FLOAT, outputRow(grid, channel, oy), y, lines.result(oy), grid.outW());
        }
        return y;
    }

    /** The sum for each element of a channel of what its windows have. */
    private float[] unpooled(float[] gy, PoolLines lines, int slot) {
        float[] joined = cpu.scratch().array(slot, LINES);
        float[] gx = cpu.scratch().array(slot, CHANNEL);
        lines.unpool(gy, joined);
        lines.separate(joined, gx);
        return gx;
    }

    private static void multiply(float[] x, float[] by, int n) {
        for (int i = 0; i < n; i++) {
            x[i] *= by[i];
        }
    }

    Runnable maxGradient(MaxPoolGrad kernel, Operands o) {
        return maxGradient(kernel, o, ElementFunction.NOTHING);
    }

    /** The gradient and a function of it, applied to each channel once it is computed. */
    Runnable maxGradient(MaxPoolGrad kernel, Operands o, ElementFunction epilogue) {
        Sizes shape = o.in(1).shape();
        Grid grid = Grid.of(kernel.pool().window(), shape.dim(2), shape.dim(3));
        PoolRange rows = PoolRange.rows(grid, false);
        PoolRange columns = PoolRange.columns(grid, false);
        reserve(grid.area(), grid.outArea(), grid.area());
        return channels(o, grid, (channel, slot) -> {
            float[] gy = load(o.in(0).data(), channel, grid.outArea(), RESULT, slot);
            float[] x = load(o.in(1).data(), channel, grid.area(), CHANNEL, slot);
            float[] gx = cpu.scratch().array(slot, LINES);
            Arrays.fill(gx, 0, grid.area(), 0);
            for (int oy = 0; oy < grid.outH(); oy++) {
                for (int ox = 0; ox < grid.outW(); ox++) {
                    int first = firstMaximum(x, grid, rows, oy, columns, ox);
                    if (first >= 0) {
                        gx[first] += gy[oy * grid.outW() + ox];
                    }
                }
            }
            store(gx, o.out().data(), channel, grid.area());
            epilogue.apply((long) channel * grid.area(), grid.area(), slot);
        });
    }

    /** The index of the first largest element (or the first NaN) of a window; -1 when all of it is padding. */
    private static int firstMaximum(float[] x, Grid grid, PoolRange rows, int oy, PoolRange columns, int ox) {
        int best = -1;
        float largest = Float.NEGATIVE_INFINITY;
        for (int ky = rows.first(oy); ky < rows.end(oy); ky++) {
            int row = grid.row(oy, ky) * grid.w();
            for (int kx = columns.first(ox); kx < columns.end(ox); kx++) {
                int index = row + grid.column(ox, kx);
                float value = x[index];
                if (value > largest || best < 0) {
                    largest = value;
                    best = index;
                }
                if (Float.isNaN(value)) {
                    return index;
                }
            }
        }
        return best;
    }

    private void reserve(int channel, int result, int lines) {
        cpu.scratch().reserve(CHANNEL, channel);
        cpu.scratch().reserve(RESULT, result);
        cpu.scratch().reserve(LINES, lines);
    }

    /** A kernel that does every channel of every image. */
    private Runnable channels(Operands o, Grid grid, Cpu.Item item) {
        Sizes shape = o.out().shape();
        long work = grid.area() + (long) grid.outArea() * grid.kernelArea();
        return cpu.forEach(shape.dim(0) * shape.dim(1), work, item);
    }

    /** Where a row of the output begins, in bytes. */
    private static long outputRow(Grid grid, int channel, int row) {
        return Float.BYTES * ((long) channel * grid.outArea() + (long) row * grid.outW());
    }

    private float[] load(MemorySegment from, int channel, int area, int array, int slot) {
        float[] x = cpu.scratch().array(slot, array);
        MemorySegment.copy(from, JAVA_FLOAT, (long) Float.BYTES * area * channel, x, 0, area);
        return x;
    }

    private static void store(float[] y, MemorySegment to, int channel, int area) {
        MemorySegment.copy(y, 0, to, JAVA_FLOAT, (long) Float.BYTES * area * channel, area);
    }
}
