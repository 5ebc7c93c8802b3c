package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Operands;

/** Convolution and its gradients, each element as its sum. */
final class Convolution {
    private Convolution() {}

    static Runnable forward(Conv conv, Operands o) {
        Map4 x = Map4.of(o.in(0));
        Map4 weight = Map4.of(o.in(1));
        Map4 y = Map4.of(o.out());
        Grid grid = Grid.of(conv.window(), x.h(), x.w());
        int filtersPerGroup = conv.filters() / conv.groups();
        return () -> y.setAll((n, f, oy, ox) -> {
            double sum = conv.bias() ? o.in(2).get(f) : 0;
            int firstChannel = f / filtersPerGroup * weight.c();
            for (int c = 0; c < weight.c(); c++) {
                for (int ky = 0; ky < weight.h(); ky++) {
                    for (int kx = 0; kx < weight.w(); kx++) {
                        int iy = grid.row(oy, ky);
                        int ix = grid.column(ox, kx);
                        if (x.contains(iy, ix)) {
                            sum += (double) x.get(n, firstChannel + c, iy, ix) * weight.get(f, c, ky, kx);
                        }
                    }
                }
            }
            return sum;
        });
    }

    static Runnable inputGradient(ConvGradInput kernel, Operands o) {
        Conv conv = kernel.conv();
        Map4 gy = Map4.of(o.in(0));
        Map4 weight = Map4.of(o.in(1));
        Map4 gx = Map4.of(o.out());
        Grid grid = Grid.of(conv.window(), gx.h(), gx.w());
        int filtersPerGroup = conv.filters() / conv.groups();
        return () -> gx.setAll((n, channel, iy, ix) -> {
            double sum = 0;
            int firstFilter = channel / weight.c() * filtersPerGroup;
            for (int ky = 0; ky < weight.h(); ky++) {
                for (int kx = 0; kx < weight.w(); kx++) {
                    int oy = outputIndex(iy - grid.row(0, ky), grid.strideH(), gy.h());
                    int ox = outputIndex(ix - grid.column(0, kx), grid.strideW(), gy.w());
                    if (oy < 0 || ox < 0) {
                        continue;
                    }
                    for (int f = firstFilter; f < firstFilter + filtersPerGroup; f++) {
                        sum += (double) gy.get(n, f, oy, ox) * weight.get(f, channel % weight.c(), ky, kx);
                    }
                }
            }
            return sum;
        });
    }

    /** The output index whose window begins at {@code start}, or -1 when there is none. */
    private static int outputIndex(int start, int stride, int outputs) {
        return start >= 0 && start % stride == 0 && start / stride < outputs ? start / stride : -1;
    }

    static Runnable weightGradient(ConvGradWeight kernel, Operands o) {
        Conv conv = kernel.conv();
        Map4 gy = Map4.of(o.in(0));
        Map4 x = Map4.of(o.in(1));
        Map4 gw = Map4.of(o.out());
        Grid grid = Grid.of(conv.window(), x.h(), x.w());
        int filtersPerGroup = conv.filters() / conv.groups();
        return () -> gw.setAll((f, c, ky, kx) -> {
            double sum = 0;
            int channel = f / filtersPerGroup * gw.c() + c;
            for (int n = 0; n < gy.n(); n++) {
                for (int oy = 0; oy < gy.h(); oy++) {
                    for (int ox = 0; ox < gy.w(); ox++) {
                        int iy = grid.row(oy, ky);
                        int ix = grid.column(ox, kx);
                        if (x.contains(iy, ix)) {
                            sum += (double) gy.get(n, f, oy, ox) * x.get(n, channel, iy, ix);
                        }
                    }
                }
            }
            return sum;
        });
    }
}
