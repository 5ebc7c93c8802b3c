package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor read as if it had a larger shape that it meets from the left, in runs that lie side by side in it or are one
 * repeated element.
 */
final class Repeated {
    private final MemorySegment data;
    /** The axes of the larger shape before those of a run, and how far apart neighbours on them are in the tensor. */
    private final int[] dims;

    private final int[] strides;
    /** Elements of the larger shape in one run. */
    private final int run;
    /** From one element of a run to the next: 1, or 0 where one is repeated. */
    private final int step;

    /** The tensor read as {@code whole}. */
    Repeated(Tensor x, Sizes whole) {
        int[] all = x.elements() == whole.elements()
                ? Broadcast.strides(whole, whole)
                : Broadcast.strides(x.shape(), whole);
        int axis = whole.rank();
        while (axis > 0 && whole.dim(axis - 1) == 1) {
            axis--;
        }
        int length = 1;
        step = axis == 0 || all[axis - 1] == 0 ? 0 : 1;
        while (axis > 0 && (whole.dim(axis - 1) == 1 || all[axis - 1] == step * length)) {
            axis--;
            length *= whole.dim(axis);
        }
        data = x.data();
        dims = Arrays.copyOf(whole.toArray(), axis);
        strides = Arrays.copyOf(all, axis);
        run = length;
    }

    /** Copies elements {@code first} to {@code first + n} of the larger shape. */
    void load(int first, int n, float[] to) {
        int done = 0;
        while (done < n) {
            int within = (first + done) % run;
            int count = Math.min(run - within, n - done);
            long start = Elements.offset(Broadcast.place((first + done) / run, dims, strides) + within * step);
            if (step == 1) {
                MemorySegment.copy(data, JAVA_FLOAT, start, to, done, count);
            } else {
                Arrays.fill(to, done, done + count, data.get(JAVA_FLOAT, start));
            }
            done += count;
        }
    }
}
