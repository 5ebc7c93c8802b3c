package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Operands;
import java.util.function.DoubleUnaryOperator;

/** Pooling and its gradients. */
final class Pooling {
    private Pooling() {}

    static Runnable forward(Pool pool, Operands o) {
        Map4 x = Map4.of(o.in(0));
        Map4 y = Map4.of(o.out());
        Grid grid = Grid.of(pool.window(), x.h(), x.w());
        return switch (pool.kind()) {
            case MAX ->
                () -> y.setAll((n, c, oy, ox) -> {
                    int first = firstMaximum(x, grid, n, c, oy, ox);
                    return first < 0 ? Double.NEGATIVE_INFINITY : x.tensor().get(first);
                });
            case AVERAGE ->
                () -> y.setAll((n, c, oy, ox) ->
                        sum(x, grid, n, c, oy, ox, v -> v) / Math.max(1, divisor(pool, grid, oy, ox)));
            case L2 -> () -> y.setAll((n, c, oy, ox) -> Math.sqrt(sum(x, grid, n, c, oy, ox, v -> v * v)));
        };
    }

    private static double sum(Map4 x, Grid grid, int n, int c, int oy, int ox, DoubleUnaryOperator of) {
        double sum = 0;
        for (int ky = 0; ky < grid.kernelH(); ky++) {
            for (int kx = 0; kx < grid.kernelW(); kx++) {
                int iy = grid.row(oy, ky);
                int ix = grid.column(ox, kx);
                sum += x.contains(iy, ix) ? of.applyAsDouble(x.get(n, c, iy, ix)) : 0;
            }
        }
        return sum;
    }

    static Runnable l2Gradient(L2PoolGrad kernel, Operands o) {
        Map4 gy = Map4.of(o.in(0));
        Map4 x = Map4.of(o.in(1));
        Map4 y = Map4.of(o.in(2));
        Map4 gx = Map4.of(o.out());
        Grid grid = Grid.of(kernel.pool().window(), gx.h(), gx.w());
        return () -> spread(
                gx,
                gy,
                grid,
                (n, c, oy, ox) -> y.get(n, c, oy, ox) == 0 ? 0 : gy.get(n, c, oy, ox) / y.get(n, c, oy, ox),
                (n, c, iy, ix) -> x.get(n, c, iy, ix));
    }

    static Runnable maxGradient(MaxPoolGrad kernel, Operands o) {
        Map4 gy = Map4.of(o.in(0));
        Map4 x = Map4.of(o.in(1));
        Map4 gx = Map4.of(o.out());
        Grid grid = Grid.of(kernel.pool().window(), x.h(), x.w());
        return () -> {
            gx.setAll((n, c, iy, ix) -> 0);
            gy.forEach((n, c, oy, ox) -> {
                int first = firstMaximum(x, grid, n, c, oy, ox);
                if (first >= 0) {
                    gx.tensor().set(first, gx.tensor().get(first) + gy.get(n, c, oy, ox));
                }
            });
        };
    }

    static Runnable averageGradient(AvgPoolGrad kernel, Operands o) {
        Pool pool = kernel.pool();
        Map4 gy = Map4.of(o.in(0));
        Map4 gx = Map4.of(o.out());
        Grid grid = Grid.of(pool.window(), gx.h(), gx.w());
        return () -> spread(
                gx,
                gy,
                grid,
                (n, c, oy, ox) -> gy.get(n, c, oy, ox) / Math.max(1, divisor(pool, grid, oy, ox)),
                (n, c, iy, ix) -> 1);
    }

    /** Adds the share of every window to each of its elements, times a factor of the element. */
    private static void spread(Map4 gx, Map4 gy, Grid grid, Map4.Element share, Map4.Element factor) {
        gx.setAll((n, c, iy, ix) -> 0);
        gy.forEach((n, c, oy, ox) -> {
            double amount = share.at(n, c, oy, ox);
            for (int ky = 0; ky < grid.kernelH(); ky++) {
                for (int kx = 0; kx < grid.kernelW(); kx++) {
                    int iy = grid.row(oy, ky);
                    int ix = grid.column(ox, kx);
                    if (gx.contains(iy, ix)) {
                        double sum = gx.get(n, c, iy, ix) + amount * factor.at(n, c, iy, ix);
                        gx.set(n, c, iy, ix, (float) sum);
                    }
                }
            }
        });
    }

    /** The index of the first largest element (or the first NaN) of a window; -1 when all of it is padding. */
    private static int firstMaximum(Map4 x, Grid grid, int n, int c, int oy, int ox) {
        int best = -1;
        for (int ky = 0; ky < grid.kernelH(); ky++) {
            for (int kx = 0; kx < grid.kernelW(); kx++) {
                int iy = grid.row(oy, ky);
                int ix = grid.column(ox, kx);
                if (!x.contains(iy, ix)) {
                    continue;
                }
                int index = x.index(n, c, iy, ix);
                float value = x.tensor().get(index);
                if (best < 0 || value > x.tensor().get(best)) {
                    best = index;
                }
                if (Float.isNaN(value)) {
                    return index;
                }
            }
        }
        return best;
    }

    /** How many elements of a window count in an average. */
    private static int divisor(Pool pool, Grid grid, int oy, int ox) {
        return counted(
                        grid.row(oy, 0),
                        grid.kernelH(),
                        grid.dilationH(),
                        pool.padded() ? grid.top() : 0,
                        grid.h() + (pool.padded() ? grid.bottom() : 0))
                * counted(
                        grid.column(ox, 0),
                        grid.kernelW(),
                        grid.dilationW(),
                        pool.padded() ? grid.left() : 0,
                        grid.w() + (pool.padded() ? grid.right() : 0));
    }

    private static int counted(int start, int kernel, int dilation, int before, int end) {
        int count = 0;
        for (int k = 0; k < kernel; k++) {
            int at = start + k * dilation;
            count += at >= -before && at < end ? 1 : 0;
        }
        return count;
    }
}
