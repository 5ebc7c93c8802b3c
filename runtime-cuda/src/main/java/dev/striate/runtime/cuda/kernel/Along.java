package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.Lines;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;
import dev.striate.core.kernel.Norm;
import dev.striate.core.kernel.NormGradInput;
import dev.striate.core.kernel.NormGradWeight;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.ReduceMaxGrad;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import java.util.List;

/** What is computed along {@link Lines}: by one thread each, or by a block each where they are long. */
final class Along {
    /** From how many elements on a block works on a line. */
    private static final int LONG = 128;

    private Along() {}

    /** The constants of lines and of who works on them. */
    static Source.Builder put(Source.Builder source, Lines lines) {
        return teams(source, lines.size(), lines.count()).put("INNER", lines.inner());
    }

    private static Source.Builder teams(Source.Builder source, int lines, int count) {
        return source.put("LINES", lines).put("COUNT", count).declare("using TEAM = Team<" + (count >= LONG) + ">;");
    }

    /** How many blocks work on lines. */
    static int blocks(int lines, int count) {
        return count >= LONG ? Math.min(lines, 1 << 16) : Call.blocks(lines);
    }

    private static Call launch(Source source, Lines lines, Arg... args) {
        return new Call.Launch(source, blocks(lines.size(), lines.count()), List.of(args));
    }

    static Work pool(LinePool pool, List<Sizes> in, Sizes out) {
        Lines lines = pool.lines(in.get(0));
        Source source = switch (pool.kind()) {
            case MAX -> put(Source.of("lines", "line_max"), lines).build();
            case AVERAGE, L2 ->
                put(Source.of("lines", "line_sum"), lines)
                        .put("SQUARES", pool.kind() == LinePool.Kind.L2)
                        .put("FACTOR", 1.0 / lines.count())
                        .build();
        };
        return Work.of(launch(source, lines, Arg.in(0), Arg.out()));
    }

    static Work poolGradient(LinePoolGrad kernel, List<Sizes> in, Sizes out) {
        Lines lines = kernel.pool().lines(in.get(1));
        return switch (kernel.pool().kind()) {
            case MAX -> gradient("line_max_grad", lines);
            case L2 -> gradient("line_norm_grad", lines);
            case AVERAGE -> {
                Source source = put(Source.of("line_mean_grad"), lines).build();
                yield Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
            }
        };
    }

    private static Work gradient(String section, Lines lines) {
        Source source = put(Source.of("lines", section), lines).build();
        return Work.of(launch(source, lines, Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work reduce(Reduce kernel, List<Sizes> in, Sizes out) {
        boolean max = kernel.kind() == Reduce.Kind.MAX;
        Source.Builder source = axes(kernel, in.get(0), max ? "reduce_max" : "reduce_sum");
        int count = in.get(0).elements() / out.elements();
        Source text = source.put("DIVISOR", kernel.kind() == Reduce.Kind.MEAN ? count : 1)
                .build();
        return Work.of(new Call.Launch(text, blocks(out.elements(), count), List.of(Arg.in(0), Arg.out())));
    }

    static Work reduceMaxGradient(ReduceMaxGrad kernel, List<Sizes> in, Sizes out) {
        int lines = in.get(0).elements();
        Source source = axes(kernel.of(), in.get(1), "reduce_max_grad").build();
        return Work.of(new Call.Launch(
                source, blocks(lines, out.elements() / lines), List.of(Arg.in(0), Arg.in(1), Arg.out())));
    }

    private static Source.Builder axes(Reduce kernel, Sizes x, String section) {
        int lines = kernel.kept(x).sizes().elements();
        return teams(Source.of(section), lines, x.elements() / lines)
                .declare(function("kept", Places.axes("i", kernel.kept(x))))
                .declare(function("lost", Places.axes("i", kernel.lost(x))));
    }

    private static String function(String name, String value) {
        return "__device__ inline int " + name + "(int i) {\n    return " + value + ";\n}";
    }

    static Work softmax(Softmax kernel, List<Sizes> in, Sizes out) {
        return softmax(in.get(0), false);
    }

    static Work logSoftmax(LogSoftmax kernel, List<Sizes> in, Sizes out) {
        return softmax(in.get(0), true);
    }

    private static Work softmax(Sizes x, boolean logarithms) {
        Lines lines = Lines.alongChannels(x);
        Source source = put(Source.of("lines", "softmax"), lines)
                .put("LOGARITHMS", logarithms)
                .build();
        return Work.of(launch(source, lines, Arg.in(0), Arg.out()));
    }

    static Work softmaxGradient(SoftmaxGrad kernel, List<Sizes> in, Sizes out) {
        return softmaxGradient(out, false);
    }

    static Work logSoftmaxGradient(LogSoftmaxGrad kernel, List<Sizes> in, Sizes out) {
        return softmaxGradient(out, true);
    }

    private static Work softmaxGradient(Sizes x, boolean logarithms) {
        Lines lines = Lines.alongChannels(x);
        Source source = put(Source.of("lines", "softmax_grad"), lines)
                .put("LOGARITHMS", logarithms)
                .build();
        return Work.of(launch(source, lines, Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work norm(Norm kernel, List<Sizes> in, Sizes out) {
        Lines lines = kernel.lines(out);
        Source source = normalized("norm", kernel, out);
        return Work.of(launch(source, lines, Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
    }

    static Work normInputGradient(NormGradInput kernel, List<Sizes> in, Sizes out) {
        Source source = normalized("norm_grad_input", kernel.norm(), out);
        return Work.of(launch(source, kernel.norm().lines(out), Arg.in(0), Arg.in(1), Arg.in(2), Arg.out()));
    }

    static Work normWeightGradient(NormGradWeight kernel, List<Sizes> in, Sizes out) {
        Sizes x = in.get(1);
        Lines lines = kernel.norm().lines(x);
        Call statistics = launch(normalized("norm_statistics", kernel.norm(), x), lines, Arg.in(1), Arg.scratch());
        Source sums = normalized("norm_grad_weight", kernel.norm(), x);
        Call sum = new Call.Launch(sums, x.dim(1), List.of(Arg.in(0), Arg.in(1), Arg.scratch(), Arg.out()));
        return Work.of(statistics, sum).withScratch(2L * lines.size());
    }

    private static Source normalized(String section, Norm kernel, Sizes x) {
        return put(Source.of("lines", "statistics", section), kernel.lines(x))
                .put("EPS", kernel.eps())
                .put("N", x.dim(0))
                .put("C", x.dim(1))
                .put("AREA", x.elementsFrom(2))
                .build();
    }

    static Work l2(L2Normalize kernel, List<Sizes> in, Sizes out) {
        Lines lines = Lines.alongChannels(out);
        Source source = put(Source.of("lines", "l2_normalize"), lines)
                .put("EPS", kernel.eps())
                .build();
        return Work.of(launch(source, lines, Arg.in(0), Arg.out()));
    }

    static Work l2Gradient(L2NormalizeGrad kernel, List<Sizes> in, Sizes out) {
        Lines lines = Lines.alongChannels(out);
        Source source = put(Source.of("lines", "l2_normalize_grad"), lines)
                .put("EPS", kernel.eps())
                .build();
        return Work.of(launch(source, lines, Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work lrn(Lrn kernel, List<Sizes> in, Sizes out) {
        Source source = local("lrn", kernel, out);
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.out()));
    }

    static Work lrnGradient(LrnGrad kernel, List<Sizes> in, Sizes out) {
        Source source = local("lrn_grad", kernel.lrn(), out);
        return Work.of(Call.perElement(source, out.elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    private static Source local(String section, Lrn kernel, Sizes x) {
        return put(Source.of("lines", "lrn_base", section), Lines.alongChannels(x))
                .put("BEFORE", kernel.before())
                .put("AFTER", kernel.after())
                .put("ALPHA", kernel.alpha())
                .put("BETA", kernel.beta())
                .put("K", kernel.k())
                .build();
    }
}
