package dev.striate.runtime.cuda.kernel;

import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Row;
import dev.striate.core.kernel.Slice;
import java.util.ArrayList;
import java.util.List;

/** Kernels that move, repeat or join elements along axes, or copy them to another form. */
final class Shapes {
    private Shapes() {}

    static Work slice(Slice kernel, Site s) {
        return boxOf(kernel.start(s.in(0).shape()), s);
    }

    /** A row of {@code [K, …]}: of a value of rank 4 it lies row by row, and the whole with channels last. */
    static Work row(Row kernel, Site s) {
        Form x = s.in(0);
        List<Integer> axes = new ArrayList<>();
        for (int axis = 1; axis < x.shape().rank(); axis++) {
            axes.add(axis);
        }
        return gather(kernel.index() * x.stride(0) + " + " + Places.axes("i", s.out(), axes, x), 0, 1, s);
    }

    static Work crop(Crop kernel, Site s) {
        return boxOf(kernel.start(s.in(0).shape(), s.in(1).shape()), s);
    }

    private static Work boxOf(int[] start, Site s) {
        Form x = s.in(0);
        return gather(Places.first(start, x) + " + " + Places.box("i", s.out(), x), 0, 1, s);
    }

    static Work pad(Pad kernel, Site s) {
        Form x = s.in(0);
        int[] start = kernel.start(x.shape());
        List<String> outside = new ArrayList<>();
        List<String> place = new ArrayList<>();
        for (int axis = 0; axis < x.shape().rank(); axis++) {
            String at = "(" + s.out().coordinate("i", axis) + " - " + start[axis] + ")";
            if (x.dim(axis) != s.out().dim(axis)) {
                outside.add(at + " < 0 || " + at + " >= " + x.dim(axis));
            }
            place.add(at + " * " + x.stride(axis));
        }
        String inside = place.isEmpty() ? "0" : String.join(" + ", place);
        return gather(
                outside.isEmpty() ? inside : String.join(" || ", outside) + " ? -1 : " + inside, kernel.value(), 1, s);
    }

    static Work channelShuffle(ChannelShuffle kernel, Site s) {
        Form y = s.out();
        int channels = y.dim(1);
        String c = "(" + y.coordinate("i", 1) + ")";
        String source =
                c + " % " + kernel.groups() + " * " + channels / kernel.groups() + " + " + c + " / " + kernel.groups();
        return gather("i + (" + source + " - " + c + ") * " + y.stride(1), 0, 1, s);
    }

    static Work expand(Expand kernel, Site s) {
        int divisor = kernel.mean() ? s.out().elements() / s.in(0).elements() : 1;
        return gather(Places.broadcast("i", s.in(0), s.out()), 0, divisor, s);
    }

    /** The same elements in another form. */
    static Work copy(Form from, Form to) {
        return gather(Places.box("i", to, from), 0, 1, new Site(List.of(from), to));
    }

    private static Work gather(String source, double outside, int divisor, Site s) {
        Source text = s.source("gather")
                .put("COUNT", s.out().elements())
                .put("OUTSIDE", outside)
                .put("DIVISOR", divisor)
                .declare(Places.function("source", source))
                .build();
        return Work.of(Call.perElement(text, s.out().elements(), Arg.in(0), Arg.out()));
    }

    static Work concat(Concat kernel, Site s) {
        List<Call> calls = new ArrayList<>();
        Form y = s.out();
        int[] start = new int[y.shape().rank()];
        for (int a = 0; a < s.in().size(); a++) {
            Form x = s.in(a);
            Source text = s.source("scatter")
                    .put("COUNT", x.elements())
                    .declare(Places.function("target", Places.first(start, y) + " + " + Places.box("i", x, y)))
                    .build();
            calls.add(Call.perElement(text, x.elements(), Arg.in(a), Arg.out()));
            start[kernel.axis()] += x.dim(kernel.axis());
        }
        return Work.of(calls.toArray(Call[]::new));
    }
}
