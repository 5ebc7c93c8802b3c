package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Pooling and its gradients, channel by channel in arrays on the heap. Maxima and sums are taken down the columns of a
 * window's rows first, which vectorises, and then across.
 */
final class Pooling {
    // The arrays of the scratch memory.
    private static final int CHANNEL = 0;
    private static final int RESULT = 1;
    private static final int ROW = 2;

    private final Cpu cpu;

    Pooling(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable forward(Pool pool, Operands o) {
        Sizes shape = o.in(0).shape();
        Grid grid = Grid.of(pool.window(), shape.dim(2), shape.dim(3));
        PoolRange rows = PoolRange.rows(grid, pool.padded());
        PoolRange columns = PoolRange.columns(grid, pool.padded());
        boolean max = pool.kind() == Pool.Kind.MAX;
        reserve(grid);
        return channels(o, grid, (channel, slot) -> {
            float[] x = load(o.in(0).data(), channel, grid.area(), CHANNEL, slot);
            float[] y = cpu.scratch().array(slot, RESULT);
            float[] row = cpu.scratch().array(slot, ROW);
            for (int oy = 0; oy < grid.outH(); oy++) {
                Arrays.fill(row, 0, grid.w(), max ? Float.NEGATIVE_INFINITY : 0);
                for (int ky = rows.first(oy); ky < rows.end(oy); ky++) {
                    joinRow(max, x, grid.row(oy, ky) * grid.w(), row, grid.w());
                }
                int to = oy * grid.outW();
                if (max) {
                    maxAcross(row, grid, columns, y, to);
                } else {
                    meanAcross(row, grid, columns, rows.counted(oy), y, to);
                }
            }
            store(y, o.out().data(), channel, grid.outArea());
        });
    }

    private static void joinRow(boolean max, float[] x, int from, float[] row, int n) {
        if (max) {
            for (int i = 0; i < n; i++) {
                row[i] = Math.max(row[i], x[from + i]);
            }
        } else {
            for (int i = 0; i < n; i++) {
                row[i] += x[from + i];
            }
        }
    }

    private static void maxAcross(float[] row, Grid grid, PoolRange columns, float[] y, int to) {
        for (int ox = 0; ox < grid.outW(); ox++) {
            float best = Float.NEGATIVE_INFINITY;
            for (int kx = columns.first(ox); kx < columns.end(ox); kx++) {
                best = Math.max(best, row[grid.column(ox, kx)]);
            }
            y[to + ox] = best;
        }
    }

    private static void meanAcross(float[] row, Grid grid, PoolRange columns, int counted, float[] y, int to) {
        for (int ox = 0; ox < grid.outW(); ox++) {
            float sum = 0;
            for (int kx = columns.first(ox); kx < columns.end(ox); kx++) {
                sum += row[grid.column(ox, kx)];
            }
            y[to + ox] = sum / Math.max(1, counted * columns.counted(ox));
        }
    }

    Runnable averageGradient(AvgPoolGrad kernel, Operands o) {
        Sizes shape = kernel.shape();
        Grid grid = Grid.of(kernel.pool().window(), shape.dim(2), shape.dim(3));
        PoolRange rows = PoolRange.rows(grid, kernel.pool().padded());
        PoolRange columns = PoolRange.columns(grid, kernel.pool().padded());
        reserve(grid);
        return channels(o, grid, (channel, slot) -> {
            float[] gx = cpu.scratch().array(slot, CHANNEL);
            float[] gy = load(o.in(0).data(), channel, grid.outArea(), RESULT, slot);
            float[] row = cpu.scratch().array(slot, ROW);
            Arrays.fill(gx, 0, grid.area(), 0);
            for (int oy = 0; oy < grid.outH(); oy++) {
                Arrays.fill(row, 0, grid.w(), 0);
                for (int ox = 0; ox < grid.outW(); ox++) {
                    float share = gy[oy * grid.outW() + ox] / Math.max(1, rows.counted(oy) * columns.counted(ox));
                    for (int kx = columns.first(ox); kx < columns.end(ox); kx++) {
                        row[grid.column(ox, kx)] += share;
                    }
                }
                for (int ky = rows.first(oy); ky < rows.end(oy); ky++) {
                    addTo(gx, grid.row(oy, ky) * grid.w(), row, grid.w());
                }
            }
            store(gx, o.out().data(), channel, grid.area());
        });
    }

    private static void addTo(float[] gx, int to, float[] row, int n) {
        for (int i = 0; i < n; i++) {
            gx[to + i] += row[i];
        }
    }

    Runnable maxGradient(MaxPoolGrad kernel, Operands o) {
        Sizes shape = o.in(1).shape();
        Grid grid = Grid.of(kernel.pool().window(), shape.dim(2), shape.dim(3));
        PoolRange rows = PoolRange.rows(grid, false);
        PoolRange columns = PoolRange.columns(grid, false);
        reserve(grid);
        cpu.scratch().reserve(ROW, grid.area());
        return channels(o, grid, (channel, slot) -> {
            float[] gy = load(o.in(0).data(), channel, grid.outArea(), RESULT, slot);
            float[] x = load(o.in(1).data(), channel, grid.area(), CHANNEL, slot);
            float[] gx = cpu.scratch().array(slot, ROW);
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

    private void reserve(Grid grid) {
        cpu.scratch().reserve(CHANNEL, grid.area());
        cpu.scratch().reserve(RESULT, grid.outArea());
        cpu.scratch().reserve(ROW, grid.w());
    }

    /** A kernel that does every channel of every image. */
    private Runnable channels(Operands o, Grid grid, Cpu.Item item) {
        Sizes shape = o.out().shape();
        long work = grid.area() + (long) grid.outArea() * grid.kernelArea();
        return cpu.forEach(shape.dim(0) * shape.dim(1), work, item);
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
