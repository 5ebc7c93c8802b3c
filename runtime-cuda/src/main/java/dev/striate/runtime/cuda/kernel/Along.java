package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.L2Normalize;
import dev.striate.core.kernel.L2NormalizeGrad;
import dev.striate.core.kernel.LinePool;
import dev.striate.core.kernel.LinePoolGrad;
import dev.striate.core.kernel.LogSoftmax;
import dev.striate.core.kernel.LogSoftmaxGrad;
import dev.striate.core.kernel.Lrn;
import dev.striate.core.kernel.LrnGrad;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.ReduceMaxGrad;
import dev.striate.core.kernel.Softmax;
import dev.striate.core.kernel.SoftmaxGrad;
import java.util.List;
import java.util.stream.IntStream;

/** What is computed along {@link LaidLines}, and along other axes. */
final class Along {
    private Along() {}

    static Work pool(LinePool pool, Site s) {
        LaidLines lines = new LaidLines(pool.lines(s.in(0).shape()), s.in(0));
        Source.Builder source = switch (pool.kind()) {
            case MAX -> lines.source(s, "line_max");
            case AVERAGE, L2 ->
                lines.source(s, "line_sum")
                        .put("SQUARES", pool.kind() == LinePool.Kind.L2)
                        .put("FACTOR", 1.0 / lines.lines().count());
        };
        source.text("RESULT_AT", lines.resultAt(s.out()));
        return Work.of(lines.launch(source, Arg.in(0), Arg.out()));
    }

    static Work poolGradient(LinePoolGrad kernel, Site s) {
        LaidLines lines = new LaidLines(kernel.pool().lines(s.in(1).shape()), s.in(1));
        return switch (kernel.pool().kind()) {
            case MAX -> gradient("line_max_grad", lines, s);
            case L2 -> gradient("line_norm_grad", lines, s);
            case AVERAGE -> {
                Source source = lines.source(s, "line_mean_grad").build();
                yield Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
            }
        };
    }

    private static Work gradient(String section, LaidLines lines, Site s) {
        Source.Builder source = lines.source(s, section).text("RESULT_AT", lines.resultAt(s.in(0)));
        return Work.of(lines.launch(source, Arg.in(0), Arg.in(1), Arg.out()));
    }

    /** Lines that one block each would leave the device idle with take two launches: parts of them, then those in order. */
    static Work reduce(Reduce kernel, Site s) {
        String section = kernel.kind() == Reduce.Kind.MAX ? "reduce_max" : "reduce_sum";
        Form x = s.in(0);
        Form y = s.out();
        int lines = y.elements();
        int count = x.elements() / lines;
        int divisor = kernel.kind() == Reduce.Kind.MEAN ? count : 1;
        int length = Parts.length(count, lines, Call.BLOCK);
        int parts = Math.ceilDiv(count, length);
        if (parts == 1) {
            return Work.of(
                    reduce(axes(kernel, x, y, s.source(section)), lines, count, 1, divisor, Arg.in(0), Arg.out()));
        }
        Form left = Form.rows(Sizes.of(parts, lines));
        Source.Builder first = axes(kernel, x, y, new Site(List.of(x), left).source(section));
        Source.Builder join = LaidLines.teams(new Site(List.of(left), y).source(section), lines, parts)
                .declare(Places.function("kept", "i"))
                .declare(Places.function("lost", "i * " + lines));
        return Work.of(
                        reduce(first, lines, count, parts, 1, Arg.in(0), Arg.scratch()),
                        reduce(join, lines, parts, 1, divisor, Arg.scratch(), Arg.out()))
                .withScratch(left.elements());
    }

    private static Call reduce(Source.Builder source, int lines, int count, int parts, int divisor, Arg x, Arg y) {
        source.put("PARTS", parts).put("LENGTH", Math.ceilDiv(count, parts)).put("DIVISOR", divisor);
        return new Call.Launch(source.build(), LaidLines.blocks(lines * parts, count), List.of(x, y));
    }

    static Work reduceMaxGradient(ReduceMaxGrad kernel, Site s) {
        int lines = s.in(0).elements();
        Source source =
                axes(kernel.of(), s.in(1), s.in(0), s.source("reduce_max_grad")).build();
        int blocks = LaidLines.blocks(lines, s.out().elements() / lines);
        return Work.of(new Call.Launch(source, blocks, List.of(Arg.in(0), Arg.in(1), Arg.out())));
    }

    /** Where elements of x lie: those of one line, in row-major order, and lines in the order of y's elements. */
    private static Source.Builder axes(Reduce kernel, Form x, Form y, Source.Builder source) {
        List<Integer> kept = IntStream.range(0, x.shape().rank())
                .filter(axis -> !kernel.axes().contains(axis))
                .boxed()
                .toList();
        Form lost = Form.rows(Places.sizes(kernel.axes(), x.shape()));
        return LaidLines.teams(source, y.elements(), lost.elements())
                .declare(Places.function("kept", Places.axes("i", y, kept, x)))
                .declare(Places.function("lost", Places.axes("i", lost, kernel.axes(), x)));
    }

    static Work softmax(Softmax kernel, Site s) {
        return softmax(s, false);
    }

    static Work logSoftmax(LogSoftmax kernel, Site s) {
        return softmax(s, true);
    }

    private static Work softmax(Site s, boolean logarithms) {
        LaidLines lines = LaidLines.alongChannels(s.out());
        Source.Builder source =
                lines.source(s, "softmax").put("LOGARITHMS", logarithms).put("AT_ONCE", lines.atOnce());
        return Work.of(lines.launch(source, Arg.in(0), Arg.out()));
    }

    static Work softmaxGradient(SoftmaxGrad kernel, Site s) {
        return softmaxGradient(s, false);
    }

    static Work logSoftmaxGradient(LogSoftmaxGrad kernel, Site s) {
        return softmaxGradient(s, true);
    }

    private static Work softmaxGradient(Site s, boolean logarithms) {
        LaidLines lines = LaidLines.alongChannels(s.out());
        Source.Builder source =
                lines.source(s, "softmax_grad").put("LOGARITHMS", logarithms).put("AT_ONCE", lines.atOnce());
        return Work.of(lines.launch(source, Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work l2(L2Normalize kernel, Site s) {
        LaidLines lines = LaidLines.alongChannels(s.out());
        Source.Builder source = lines.source(s, "l2_normalize").put("EPS", kernel.eps());
        return Work.of(lines.launch(source, Arg.in(0), Arg.out()));
    }

    static Work l2Gradient(L2NormalizeGrad kernel, Site s) {
        LaidLines lines = LaidLines.alongChannels(s.out());
        Source.Builder source = lines.source(s, "l2_normalize_grad").put("EPS", kernel.eps());
        return Work.of(lines.launch(source, Arg.in(0), Arg.in(1), Arg.out()));
    }

    static Work lrn(Lrn kernel, Site s) {
        Source source = local("lrn", kernel, s);
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.out()));
    }

    static Work lrnGradient(LrnGrad kernel, Site s) {
        Source source = local("lrn_grad", kernel.lrn(), s);
        return Work.of(Call.perElement(source, s.out().elements(), Arg.in(0), Arg.in(1), Arg.out()));
    }

    private static Source local(String section, Lrn kernel, Site s) {
        return LaidLines.alongChannels(s.out())
                .source(s, "lrn_base", section)
                .declare(Places.channelOf(s.out()))
                .put("BEFORE", kernel.before())
                .put("AFTER", kernel.after())
                .put("ALPHA", kernel.alpha())
                .put("BETA", kernel.beta())
                .put("K", kernel.k())
                .build();
    }
}
