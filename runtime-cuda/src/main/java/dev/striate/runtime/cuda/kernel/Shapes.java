package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Row;
import dev.striate.core.kernel.Slice;
import java.util.ArrayList;
import java.util.List;

/** Kernels that move, repeat or join elements along axes. */
final class Shapes {
    private Shapes() {}

    static Work slice(Slice kernel, List<Sizes> in, Sizes out) {
        return boxOf(in.get(0), kernel.start(in.get(0)), out);
    }

    static Work row(Row kernel, List<Sizes> in, Sizes out) {
        return gather(kernel.index() * out.elements() + " + i", 0, 1, out);
    }

    static Work crop(Crop kernel, List<Sizes> in, Sizes out) {
        return boxOf(in.get(0), kernel.start(in.get(0), in.get(1)), out);
    }

    private static Work boxOf(Sizes x, int[] start, Sizes out) {
        return gather(Places.first(start, x) + " + " + Places.box("i", out, x), 0, 1, out);
    }

    static Work pad(Pad kernel, List<Sizes> in, Sizes out) {
        Sizes x = in.get(0);
        int[] start = kernel.start(x);
        List<String> outside = new ArrayList<>();
        List<String> place = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            String at = "(" + Places.coordinate("i", out.toArray(), axis) + " - " + start[axis] + ")";
            if (x.dim(axis) != out.dim(axis)) {
                outside.add(at + " < 0 || " + at + " >= " + x.dim(axis));
            }
            place.add(at + " * " + x.elementsFrom(axis + 1));
        }
        String inside = place.isEmpty() ? "0" : String.join(" + ", place);
        return gather(
                outside.isEmpty() ? inside : String.join(" || ", outside) + " ? -1 : " + inside,
                kernel.value(),
                1,
                out);
    }

    static Work channelShuffle(ChannelShuffle kernel, List<Sizes> in, Sizes out) {
        int channels = out.dim(1);
        int area = out.elementsFrom(2);
        String c = "(i / " + area + " % " + channels + ")";
        String source =
                c + " % " + kernel.groups() + " * " + channels / kernel.groups() + " + " + c + " / " + kernel.groups();
        return gather("i + (" + source + " - " + c + ") * " + area, 0, 1, out);
    }

    static Work expand(Expand kernel, List<Sizes> in, Sizes out) {
        int divisor = kernel.mean() ? out.elements() / in.get(0).elements() : 1;
        return gather(Places.broadcast("i", in.get(0), out), 0, divisor, out);
    }

    private static Work gather(String source, double outside, int divisor, Sizes out) {
        Source text = Source.of("gather")
                .put("COUNT", out.elements())
                .put("OUTSIDE", outside)
                .put("DIVISOR", divisor)
                .declare("__device__ inline int source(int i) {\n    return " + source + ";\n}")
                .build();
        return Work.of(Call.perElement(text, out.elements(), Arg.in(0), Arg.out()));
    }

    static Work concat(Concat kernel, List<Sizes> in, Sizes out) {
        List<Call> calls = new ArrayList<>();
        int[] start = new int[out.rank()];
        for (int a = 0; a < in.size(); a++) {
            Sizes x = in.get(a);
            Source text = Source.of("scatter")
                    .put("COUNT", x.elements())
                    .declare("__device__ inline int target(int i) {\n    return " + Places.first(start, out) + " + "
                            + Places.box("i", x, out) + ";\n}")
                    .build();
            calls.add(Call.perElement(text, x.elements(), Arg.in(a), Arg.out()));
            start[kernel.axis()] += x.dim(kernel.axis());
        }
        return Work.of(calls.toArray(Call[]::new));
    }
}
