package dev.striate.runtime.cuda.kernel;

import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.core.window.Grid;

/** Pooling by windows, enlarging, and the gradients of both. */
final class Pooling {
    private Pooling() {}

    static Work forward(Pool pool, Site s) {
        Source source = switch (pool.kind()) {
            case MAX ->
                window(pool, s, s.in(0), s.out(), "window_max", "max_pool").build();
            case AVERAGE, L2 ->
                window(pool, s, s.in(0), s.out(), "window_count", "sum_pool")
                        .put("SQUARES", pool.kind() == Pool.Kind.L2)
                        .build();
        };
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
    }

    static Work maxGradient(MaxPoolGrad kernel, Site s) {
        Source source = window(kernel.pool(), s, s.out(), s.in(0), "window_max", "max_pool_grad")
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work averageGradient(AvgPoolGrad kernel, Site s) {
        Source source = window(kernel.pool(), s, s.out(), s.in(0), "window_count", "avg_pool_grad")
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
    }

    static Work l2Gradient(L2PoolGrad kernel, Site s) {
        Source source =
                window(kernel.pool(), s, s.out(), s.in(0), "l2_pool_grad").build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
    }

    /** The constants of a window over x, forward or backward, where x is operand 0 of the one and 1 of the other. */
    private static Source.Builder window(Pool pool, Site s, Form x, Form y, String... sections) {
        Source.Builder source = maps(s.source(sections), x, y).put("PADDED", pool.padded());
        return Windows.put(source, Grid.of(pool.window(), x.dim(2), x.dim(3)))
                .text("TX", x.element().type());
    }

    static Work adaptive(AdaptiveAvgPool pool, Site s) {
        Source source = sizes(s.source("adaptive_avg_pool"), s.in(0), s.out())
                .put("OH", s.out().dim(2))
                .put("OW", s.out().dim(3))
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
    }

    static Work adaptiveGradient(AdaptiveAvgPoolGrad kernel, Site s) {
        Source source = sizes(s.source("adaptive_avg_pool_grad"), s.out(), s.in(0))
                .put("OH", s.in(0).dim(2))
                .put("OW", s.in(0).dim(3))
                .build();
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
    }

    static Work upsample(Upsample kernel, Site s) {
        Source source = enlarged(kernel, s.source("upsample_weights", "upsample"), s.in(0), s.out());
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
    }

    static Work upsampleGradient(UpsampleGrad kernel, Site s) {
        Source source = enlarged(kernel.of(), s.source("upsample_weights", "upsample_grad"), s.out(), s.in(0));
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
    }

    private static Source enlarged(Upsample kernel, Source.Builder source, Form x, Form y) {
        return sizes(source, x, y)
                .put("FH", kernel.h())
                .put("FW", kernel.w())
                .put("NEAREST", kernel.mode() == Upsample.Mode.NEAREST)
                .build();
    }

    private static Source.Builder sizes(Source.Builder source, Form x, Form y) {
        return maps(source, x, y).put("H", x.dim(2)).put("W", x.dim(3));
    }

    /** Where the elements of x, which is pooled or enlarged, and of y, which comes of it, lie. */
    private static Source.Builder maps(Source.Builder source, Form x, Form y) {
        return source.put("MAPS", x.dim(0) * x.dim(1)).declare(x.map("X")).declare(y.map("Y"));
    }
}
