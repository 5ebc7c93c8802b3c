package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.runtime.backend.Operands;
import java.util.Arrays;

/** Enlarging feature maps, and its gradient. */
final class Upsampling {
    private Upsampling() {}

    static Runnable forward(Upsample kernel, Operands o) {
        Map4 x = Map4.of(o.in(0));
        Map4 y = Map4.of(o.out());
        Upsample.Mix rows = kernel.rows(x.h());
        Upsample.Mix columns = kernel.columns(x.w());
        return () -> y.setAll((n, c, i, j) -> {
            double top = mixed(x, n, c, rows.low(i), columns, j);
            double bottom = mixed(x, n, c, rows.high(i), columns, j);
            return top * (1 - rows.share(i)) + bottom * rows.share(i);
        });
    }

    private static double mixed(Map4 x, int n, int c, int row, Upsample.Mix columns, int j) {
        return x.get(n, c, row, columns.low(j)) * (1 - columns.share(j))
                + x.get(n, c, row, columns.high(j)) * columns.share(j);
    }

    static Runnable gradient(UpsampleGrad kernel, Operands o) {
        Map4 g = Map4.of(o.in(0));
        Map4 dx = Map4.of(o.out());
        Upsample.Mix rows = kernel.of().rows(dx.h());
        Upsample.Mix columns = kernel.of().columns(dx.w());
        double[] sums = new double[o.out().elements()];
        return () -> {
            Arrays.fill(sums, 0);
            g.forEach((n, c, i, j) -> {
                double top = g.get(n, c, i, j) * (1 - rows.share(i));
                double bottom = g.get(n, c, i, j) * rows.share(i);
                sums[dx.index(n, c, rows.low(i), columns.low(j))] += top * (1 - columns.share(j));
                sums[dx.index(n, c, rows.low(i), columns.high(j))] += top * columns.share(j);
                sums[dx.index(n, c, rows.high(i), columns.low(j))] += bottom * (1 - columns.share(j));
                sums[dx.index(n, c, rows.high(i), columns.high(j))] += bottom * columns.share(j);
            });
            for (int i = 0; i < sums.length; i++) {
                o.out().set(i, (float) sums[i]);
            }
        };
    }
}
