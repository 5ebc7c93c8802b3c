package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AdaptiveAvgPool;
import dev.striate.core.kernel.AdaptiveAvgPoolGrad;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.kernel.UpsampleGrad;
import dev.striate.core.window.Grid;
import java.util.List;

/** Pooling by windows, enlarging, and the gradients of both. */
final class Pooling {
    private Pooling() {}

    static Work forward(Pool pool, List<Sizes> in, Sizes out) {
        Source source = switch (pool.kind()) {
            case MAX -> window(pool, in.get(0), "window_max", "max_pool").build();
            case AVERAGE, L2 ->
                window(pool, in.get(0), "window_count", "sum_pool")
                        .put("SQUARES", pool.kind() == Pool.Kind.L2)
                        .build();
        };
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
    }

    static Work maxGradient(MaxPoolGrad kernel, List<Sizes> in, Sizes out) {
        Source source =
                window(kernel.pool(), out, "window_max", "max_pool_grad").build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work averageGradient(AvgPoolGrad kernel, List<Sizes> in, Sizes out) {
        Source source =
                window(kernel.pool(), out, "window_count", "avg_pool_grad").build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
    }

    static Work l2Gradient(L2PoolGrad kernel, List<Sizes> in, Sizes out) {
        Source source = window(kernel.pool(), out, "l2_pool_grad").build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
    }

    private static Source.Builder window(Pool pool, Sizes x, String... sections) {
        Source.Builder source =
                Source.of(sections).put("MAPS", x.dim(0) * x.dim(1)).put("PADDED", pool.padded());
        return Windows.put(source, Grid.of(pool.window(), x.dim(2), x.dim(3)));
    }

    static Work adaptive(AdaptiveAvgPool pool, List<Sizes> in, Sizes out) {
        Source source = maps("adaptive_avg_pool", in.get(0))
                .put("OH", out.dim(2))
                .put("OW", out.dim(3))
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
    }

    static Work adaptiveGradient(AdaptiveAvgPoolGrad kernel, List<Sizes> in, Sizes out) {
        Source source = maps("adaptive_avg_pool_grad", out)
                .put("OH", in.get(0).dim(2))
                .put("OW", in.get(0).dim(3))
                .build();
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
    }

    static Work upsample(Upsample kernel, List<Sizes> in, Sizes out) {
        Source source = enlarged(kernel, in.get(0), "upsample");
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
    }

    static Work upsampleGradient(UpsampleGrad kernel, List<Sizes> in, Sizes out) {
        Source source = enlarged(kernel.of(), out, "upsample_grad");
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
    }

    private static Source enlarged(Upsample kernel, Sizes x, String section) {
        return maps("upsample_weights", section, x)
                .put("FH", kernel.h())
                .put("FW", kernel.w())
                .put("NEAREST", kernel.mode() == Upsample.Mode.NEAREST)
                .build();
    }

    private static Source.Builder maps(String section, Sizes x) {
        return maps(Source.of(section), x);
    }

    private static Source.Builder maps(String helper, String section, Sizes x) {
        return maps(Source.of(helper, section), x);
    }

    private static Source.Builder maps(Source.Builder source, Sizes x) {
        return source.put("MAPS", x.dim(0) * x.dim(1)).put("H", x.dim(2)).put("W", x.dim(3));
    }
}
