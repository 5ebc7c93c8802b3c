package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPool.Box;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.runtime.backend.Operands;

/** Pooling to a given size. */
final class AdaptivePooling {
    private AdaptivePooling() {}

    static Runnable forward(AdaptiveAvgPool pool, Operands o) {
        Map4 x = Map4.of(o.in(0));
        Map4 y = Map4.of(o.out());
        return () -> y.setAll((n, c, oy, ox) -> {
            Box box = pool.box(oy, ox, x.h(), x.w());
            double sum = 0;
            for (int h = box.top(); h < box.bottom(); h++) {
                for (int w = box.left(); w < box.right(); w++) {
                    sum += x.get(n, c, h, w);
                }
            }
            return sum / box.area();
        });
    }

    static Runnable gradient(AdaptiveAvgPoolGrad kernel, Operands o) {
        Map4 gy = Map4.of(o.in(0));
        Map4 gx = Map4.of(o.out());
        return () -> {
            gx.setAll((n, c, h, w) -> 0);
            gy.forEach((n, c, oy, ox) -> {
                Box box = kernel.pool().box(oy, ox, gx.h(), gx.w());
                for (int h = box.top(); h < box.bottom(); h++) {
                    for (int w = box.left(); w < box.right(); w++) {
                        gx.set(n, c, h, w, gx.get(n, c, h, w) + gy.get(n, c, oy, ox) / box.area());
                    }
                }
            });
        };
    }
}
