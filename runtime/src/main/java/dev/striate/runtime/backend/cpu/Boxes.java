package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import dev.striate.core.kernel.ChannelShuffle;
import dev.striate.core.kernel.Concat;
import dev.striate.core.kernel.Crop;
import dev.striate.core.kernel.Pad;
import dev.striate.core.kernel.Slice;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Kernels that copy a box of a tensor, run by run of elements that lie side by side in both. */
final class Boxes {
    private final Cpu cpu;

    Boxes(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable slice(Slice kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor y = o.out();
        return copy(new Box(y.shape(), x.shape(), kernel.start(x.shape())), y, x, false);
    }

    Runnable crop(Crop kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor y = o.out();
        return copy(
                new Box(y.shape(), x.shape(), kernel.start(x.shape(), o.in(1).shape())), y, x, false);
    }

    Runnable channelShuffle(ChannelShuffle kernel, Operands o) {
        Tensor x = o.in(0);
        int channels = x.shape().dim(1);
        int area = x.shape().elementsFrom(2);
        long bytes = Elements.offset(area);
        return cpu.forEach(x.elements() / area, area, (index, slot) -> {
            int c = index % channels;
            int source = index - c + kernel.source(c, channels);
            MemorySegment.copy(x.data(), source * bytes, o.out().data(), index * bytes, bytes);
        });
    }

    Runnable pad(Pad kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor y = o.out();
        Runnable copy = copy(new Box(x.shape(), y.shape(), kernel.start(x.shape())), x, y, true);
        return () -> {
            Elements.fill(y.data(), 0, y.elements(), (float) kernel.value());
            copy.run();
        };
    }

    Runnable concat(Concat kernel, Operands o) {
        List<Runnable> copies = new ArrayList<>();
        int[] start = new int[o.out().shape().rank()];
        for (Tensor x : o.in()) {
            copies.add(copy(new Box(x.shape(), o.out().shape(), start), x, o.out(), true));
            start[kernel.axis()] += x.shape().dim(kernel.axis());
        }
        return () -> copies.forEach(Runnable::run);
    }

    private Runnable copy(Box box, Tensor small, Tensor large, boolean into) {
        long bytes = Elements.offset(box.run);
        return cpu.forEach(small.elements() / box.run, box.run, (index, slot) -> {
            long inner = index * bytes; // not slices: the JIT compiler does not always do without such objects
            long outer = Elements.offset(box.place(index));
            if (into) {
                MemorySegment.copy(small.data(), inner, large.data(), outer, bytes);
            } else {
                MemorySegment.copy(large.data(), outer, small.data(), inner, bytes);
            }
        });
    }

    /** Where the runs of a small tensor lie in a large one. */
    private static final class Box {
        /** Elements of one run. */
        final int run;

        private final int first;
        private final int[] dims;
        private final int[] strides;

        Box(Sizes small, Sizes large, int[] start) {
            int axis = small.rank();
            int length = 1;
            boolean whole = true;
            while (axis > 0 && whole) {
                axis--;
                length *= small.dim(axis);
                whole = small.dim(axis) == large.dim(axis);
            }
            int begin = 0;
            for (int i = 0; i < start.length; i++) {
                begin += start[i] * large.elementsFrom(i + 1);
            }
            run = length;
            first = begin;
            dims = new int[axis];
            strides = new int[axis];
            for (int i = 0; i < axis; i++) {
                dims[i] = small.dim(i);
                strides[i] = large.elementsFrom(i + 1);
            }
        }

        int place(int index) {
            return first + Broadcast.place(index, dims, strides);
        }
    }
}
