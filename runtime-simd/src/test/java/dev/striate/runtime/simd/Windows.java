package dev.striate.runtime.simd;

import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.SplittableRandom;

/** Random poolings for tests; every third is that of ResNets. */
final class Windows {
    private Windows() {}

    /** Max pooling by windows of up to 7x4, some of them dilated. */
    static Pool pool(SplittableRandom r) {
        if (r.nextInt(3) == 0) {
            return Pool.maxPool(3, 3).stride(2, 2).pad(1).round(Rounding.FLOOR);
        }
        Extent kernel = new Extent(1 + r.nextInt(7), 1 + r.nextInt(4));
        Window window = new Window(
                kernel,
                new Extent(1 + r.nextInt(4), 1 + r.nextInt(3)),
                r.nextInt(4) == 0 ? new Extent(1 + r.nextInt(2), 1 + r.nextInt(2)) : Extent.ONE,
                new Padding.Explicit(
                        r.nextInt(kernel.h()), r.nextInt(kernel.h()), r.nextInt(kernel.w()), r.nextInt(kernel.w())),
                r.nextBoolean() ? Rounding.FLOOR : Rounding.CEIL);
        return new Pool(Pool.Kind.MAX, window, false);
    }

    /** Whether it can be done on maps of a size. */
    static boolean isOn(Pool pool, int h, int w) {
        Padding.Explicit padding = (Padding.Explicit) pool.window().padding();
        return pool.window().reach(0) <= h + padding.top() + padding.bottom()
                && pool.window().reach(1) <= w + padding.left() + padding.right();
    }
}
