package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** An operand of an element-wise function that runs over the elements of its result as they lie. */
@FunctionalInterface
interface RowOperand {
    /**
     * Says where elements lie, or copies them to where they can lie.
     *
     * @param first the first element of the result
     * @param n how many
     * @param p where to say it
     * @param index the operand's number
     * @param own the byte where a run of vectors of its own begins, in the memory where it is placed now
     */
    void locate(int first, int n, Places p, int index, long own);

    /** How an operand is read for a result of a shape. */
    static RowOperand of(Tensor x, Tensor out) {
        MemorySegment data = x.data();
        if (data.byteSize() == out.data().byteSize()) {
            return (first, n, p, index, own) -> {
                long from = (long) first * Float.BYTES;
                if (n % LANES == 0) {
                    p.set(index, data, from, BYTES);
                } else {
                    MemorySegment.copy(data, from, p.memory[index], own, (long) n * Float.BYTES);
                }
            };
        }
        return new Repeated(x, out.shape());
    }

    /** A tensor read as if it had a larger shape, in runs that lie side by side in it or are one repeated element. */
    final class Repeated implements RowOperand {
        private final MemorySegment data;
        /** The axes of the larger shape before those of a run, and how far apart neighbours on them are in the tensor. */
        private final int[] dims;

        private final int[] strides;
        /** Elements of the larger shape in one run. */
        private final int run;
        /** Whether a run is one repeated element. */
        private final boolean repeats;

        Repeated(Tensor x, Sizes whole) {
            int[] all = Broadcast.strides(x.shape(), whole);
            int axis = whole.rank();
            while (axis > 0 && whole.dim(axis - 1) == 1) {
                axis--;
            }
            repeats = axis == 0 || all[axis - 1] == 0;
            int length = 1;
            while (axis > 0 && (whole.dim(axis - 1) == 1 || all[axis - 1] == (repeats ? 0 : length))) {
                axis--;
                length *= whole.dim(axis);
            }
            data = x.data();
            dims = Arrays.copyOf(whole.toArray(), axis);
            strides = Arrays.copyOf(all, axis);
            run = length;
        }

        @Override
        public void locate(int first, int n, Places p, int index, long own) {
            MemorySegment memory = p.memory[index];
            if (repeats && first % run + n <= run) {
                VectorLoops.fill(memory, own, LANES, data.get(JAVA_FLOAT, start(first)));
                p.step[index] = 0;
                return;
            }
            int done = 0;
            while (done < n) {
                int at = first + done;
                int count = Math.min(run - at % run, n - done);
                long to = own + (long) done * Float.BYTES;
                if (repeats) {
                    VectorLoops.fill(memory, to, count, data.get(JAVA_FLOAT, start(at)));
                } else {
                    MemorySegment.copy(data, start(at), memory, to, (long) count * Float.BYTES);
                }
                done += count;
            }
        }

        /** Where an element of the larger shape lies, in bytes. */
        private long start(int element) {
            int within = repeats ? 0 : element % run;
            return (long) Float.BYTES * (Broadcast.place(element / run, dims, strides) + within);
        }
    }
}
