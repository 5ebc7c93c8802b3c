package dev.striate.runtime.backend.cpu;

import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import java.util.Arrays;

/**
 * How a channel is pooled: first the rows under each row of windows are joined to a line as wide as the padded channel,
 * then the windows along the lines. The distance of two lines is a multiple of the stride, so that all lines can be
 * walked over as one; the results of a line have some that are not wanted at their end.
 */
final class PoolLines {
    private final Grid grid;
    private final boolean max;
    private final PoolRange rows;
    private final float[] divisors;
    /** Results from one line to the next. */
    private final int resultPitch;
    /** Elements from one line to the next. */
    private final int pitch;

    PoolLines(Pool pool, Grid grid) {
        this.grid = grid;
        this.max = pool.kind() == Pool.Kind.MAX;
        this.rows = PoolRange.rows(grid, pool.padded());
        int width = Math.max(
                grid.left() + grid.w(),
                (grid.outW() - 1) * grid.strideW() + (grid.kernelW() - 1) * grid.dilationW() + 1);
        this.resultPitch = Math.ceilDiv(width, grid.strideW());
        this.pitch = resultPitch * grid.strideW();
        this.divisors =
                pool.kind() != Pool.Kind.AVERAGE ? new float[0] : divisors(PoolRange.columns(grid, pool.padded()));
    }

    /** How many elements are averaged in each window; 1 for windows wholly in the padding. */
    private float[] divisors(PoolRange columns) {
        float[] all = new float[results()];
        Arrays.fill(all, 1);
        for (int oy = 0; oy < grid.outH(); oy++) {
            for (int ox = 0; ox < grid.outW(); ox++) {
                all[oy * resultPitch + ox] = Math.max(1, rows.counted(oy) * columns.counted(ox));
            }
        }
        return all;
    }

    /** Elements of all lines. */
    int elements() {
        return Math.multiplyExact(grid.outH(), pitch);
    }

    /** Results of all lines, those at the ends included that are not wanted. */
    int results() {
        return (grid.outH() - 1) * resultPitch + grid.outW();
    }

    /** Where the results of a row of windows begin. */
    int result(int outRow) {
        return outRow * resultPitch;
    }

    /** Joins the rows of channel {@code x} to lines. */
    void join(float[] x, float[] lines) {
        Arrays.fill(lines, 0, elements(), max ? Float.NEGATIVE_INFINITY : 0);
        for (int oy = 0; oy < grid.outH(); oy++) {
            int to = oy * pitch + grid.left();
            int end = rows.end(oy);
            for (int ky = rows.first(oy); ky < end; ky++) {
                int from = grid.row(oy, ky) * grid.w();
                if (ky == rows.first(oy)) {
                    System.arraycopy(x, from, lines, to, grid.w());
                } else if (max) {
                    max(x, from, 1, lines, to, grid.w());
                } else {
                    add(x, from, 1, lines, to, grid.w());
                }
            }
        }
    }

    /** Pools along the lines. */
    void pool(float[] lines, float[] y) {
        Arrays.fill(y, 0, results(), max ? Float.NEGATIVE_INFINITY : 0);
        for (int kx = 0; kx < grid.kernelW(); kx++) {
            int from = kx * grid.dilationW();
            if (max) {
                max(lines, from, grid.strideW(), y, 0, results());
            } else {
                add(lines, from, grid.strideW(), y, 0, results());
            }
        }
        divide(y);
    }

    /** Divides results, or their gradients, by how many elements are averaged, where they are. */
    void divide(float[] y) {
        for (int i = 0; i < divisors.length; i++) {
            y[i] /= divisors[i];
        }
    }

    /** Adds to each element of the lines the gradients of the windows that it is in. */
    void unpool(float[] gy, float[] lines) {
        Arrays.fill(lines, 0, elements(), 0);
        int stride = grid.strideW();
        for (int kx = 0; kx < grid.kernelW(); kx++) {
            int to = kx * grid.dilationW();
            for (int i = 0; i < results(); i++) {
                lines[to + i * stride] += gy[i];
            }
        }
    }

    /** Adds to each element of channel {@code gx} the lines that it was joined to. */
    void separate(float[] lines, float[] gx) {
        Arrays.fill(gx, 0, grid.area(), 0);
        for (int oy = 0; oy < grid.outH(); oy++) {
            for (int ky = rows.first(oy); ky < rows.end(oy); ky++) {
                add(lines, oy * pitch + grid.left(), 1, gx, grid.row(oy, ky) * grid.w(), grid.w());
            }
        }
    }

    private static void max(float[] x, int from, int stride, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] = Math.max(y[to + i], x[from + i * stride]);
        }
    }

    private static void add(float[] x, int from, int stride, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] += x[from + i * stride];
        }
    }
}
