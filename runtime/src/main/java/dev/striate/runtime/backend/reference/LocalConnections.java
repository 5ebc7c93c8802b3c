package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.LocallyConnected;
import dev.striate.core.kernel.LocallyConnectedGradInput;
import dev.striate.core.kernel.LocallyConnectedGradWeight;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Operands;
import java.util.Arrays;

/** The convolution whose places share no weights, and its gradients: one multiplication after the other. */
final class LocalConnections {
    private LocalConnections() {}

    /** One multiplication: row-major indices of an element of y, of x and of the weight. */
    private interface Tap {
        void at(int y, int x, int weight);
    }

    private static void forEachTap(LocallyConnected layer, Map4 x, Map4 y, Tap tap) {
        Grid grid = Grid.of(layer.window(), x.h(), x.w());
        int kernel = x.c() * grid.kernelArea();
        y.forEach((n, f, oy, ox) -> {
            int first = ((oy * y.w() + ox) * y.c() + f) * kernel;
            for (int tapped = 0; tapped < kernel; tapped++) {
                int iy = grid.row(oy, tapped / grid.kernelW() % grid.kernelH());
                int ix = grid.column(ox, tapped % grid.kernelW());
                if (x.contains(iy, ix)) {
                    tap.at(y.index(n, f, oy, ox), x.index(n, tapped / grid.kernelArea(), iy, ix), first + tapped);
                }
            }
        });
    }

    static Runnable forward(LocallyConnected layer, Operands o) {
        Map4 x = Map4.of(o.in(0));
        Map4 y = Map4.of(o.out());
        double[] sums = new double[o.out().elements()];
        return () -> {
            for (int i = 0; i < sums.length; i++) {
                sums[i] = layer.bias() ? o.in(2).get(i % y.tensor().shape().elementsFrom(1)) : 0;
            }
            forEachTap(
                    layer,
                    x,
                    y,
                    (out, in, w) ->
                            sums[out] += (double) o.in(0).get(in) * o.in(1).get(w));
            store(sums, o);
        };
    }

    static Runnable inputGradient(LocallyConnectedGradInput kernel, Operands o) {
        Map4 gy = Map4.of(o.in(0));
        Map4 gx = Map4.of(o.out());
        double[] sums = new double[o.out().elements()];
        return () -> {
            Arrays.fill(sums, 0);
            forEachTap(
                    kernel.layer(),
                    gx,
                    gy,
                    (out, in, w) ->
                            sums[in] += (double) o.in(0).get(out) * o.in(1).get(w));
            store(sums, o);
        };
    }

    static Runnable weightGradient(LocallyConnectedGradWeight kernel, Operands o) {
        Map4 gy = Map4.of(o.in(0));
        Map4 x = Map4.of(o.in(1));
        double[] sums = new double[o.out().elements()];
        return () -> {
            Arrays.fill(sums, 0);
            forEachTap(
                    kernel.layer(),
                    x,
                    gy,
                    (out, in, w) ->
                            sums[w] += (double) o.in(0).get(out) * o.in(1).get(in));
            store(sums, o);
        };
    }

    private static void store(double[] sums, Operands o) {
        for (int i = 0; i < sums.length; i++) {
            o.out().set(i, (float) sums[i]);
        }
    }
}
