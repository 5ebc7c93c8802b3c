package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.Broadcast;
import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.Expand;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.ReduceMaxGrad;
import dev.striate.core.kernel.Slice;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Kernels that move, repeat or join elements along axes. */
final class Shapes {
    private Shapes() {}

    static Runnable slice(Slice kernel, Operands o) {
        Tensor x = o.in(0);
        int[] start = kernel.start(x.shape());
        return () -> forEachInBox(o.out(), x, start, (small, large) -> o.out().set(small, x.get(large)));
    }

    static Runnable crop(Crop kernel, Operands o) {
        Tensor x = o.in(0);
        int[] start = kernel.start(x.shape(), o.in(1).shape());
        return () -> forEachInBox(o.out(), x, start, (small, large) -> o.out().set(small, x.get(large)));
    }

    static Runnable channelShuffle(ChannelShuffle kernel, Operands o) {
        Tensor x = o.in(0);
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        return () -> {
            for (int i = 0; i < x.elements(); i++) {
                int c = i / area % channels;
                o.out().set(i, x.get(i + (kernel.source(c, channels) - c) * area));
            }
        };
    }

    static Runnable pad(Pad kernel, Operands o) {
        Tensor x = o.in(0);
        int[] start = kernel.start(x.shape());
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.value());
            }
            forEachInBox(x, o.out(), start, (small, large) -> o.out().set(large, x.get(small)));
        };
    }

    static Runnable concat(Concat kernel, Operands o) {
        return () -> {
            int[] start = new int[o.out().shape().rank()];
            for (Tensor x : o.in()) {
                forEachInBox(x, o.out(), start, (small, large) -> o.out().set(large, x.get(small)));
                start[kernel.axis()] += x.shape().dim(kernel.axis());
            }
        };
    }

    private interface Pair {
        void at(int small, int large);
    }

    /** Calls {@code body} for every element of {@code small}, with its place in {@code large} where it begins at start. */
    private static void forEachInBox(Tensor small, Tensor large, int[] start, Pair body) {
        int[] dims = small.shape().toArray();
        int[] strides = Broadcast.strides(large.shape(), large.shape());
        int first = 0;
        for (int axis = 0; axis < start.length; axis++) {
            first += start[axis] * large.shape().elementsFrom(axis + 1);
        }
        for (int i = 0; i < small.elements(); i++) {
            body.at(i, first + Broadcast.place(i, dims, strides));
        }
    }

    static Runnable expand(Expand kernel, Operands o) {
        Tensor x = o.in(0);
        int[] dims = kernel.shape().toArray();
        int[] strides = Broadcast.strides(x.shape(), kernel.shape());
        int divisor = kernel.mean() ? kernel.shape().elements() / x.elements() : 1;
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, x.get(Broadcast.place(i, dims, strides)) / divisor);
            }
        };
    }

    static Runnable reduce(Reduce kernel, Operands o) {
        Tensor x = o.in(0);
        int[] kept = kernel.kept(x.shape()).places();
        int[] lost = kernel.lost(x.shape()).places();
        return () -> {
            for (int i = 0; i < kept.length; i++) {
                double sum = 0;
                double max = Double.NEGATIVE_INFINITY;
                for (int place : lost) {
                    double v = x.get(kept[i] + place);
                    sum += v;
                    max = Math.max(max, v);
                }
                double result = switch (kernel.kind()) {
                    case SUM -> sum;
                    case MEAN -> sum / lost.length;
                    case MAX -> max;
                };
                o.out().set(i, (float) result);
            }
        };
    }

    static Runnable reduceMaxGradient(ReduceMaxGrad kernel, Operands o) {
        Tensor x = o.in(1);
        int[] kept = kernel.of().kept(x.shape()).places();
        int[] lost = kernel.of().lost(x.shape()).places();
        return () -> {
            for (int i = 0; i < kept.length; i++) {
                int best = kept[i] + lost[0];
                for (int place : lost) {
                    o.out().set(kept[i] + place, 0);
                    if (Float.compare(x.get(kept[i] + place), x.get(best)) > 0) {
                        best = kept[i] + place;
                    }
                }
                o.out().set(best, o.in(0).get(i));
            }
        };
    }
}
