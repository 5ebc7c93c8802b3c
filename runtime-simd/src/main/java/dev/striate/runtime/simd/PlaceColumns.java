package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.cpu.Cpu;

/**
 * Neighbouring places of maps {@code [N, C, …]}, as many at a time as a vector has lanes, with all their channels. What is done
 * with them falls into tasks of one loop each: the JIT compiler inlines only so much into one method (NodeCountInliningCutoff)
 * and keeps vectors on the heap beyond that, but a call that may be one of several it leaves alone.
 */
final class PlaceColumns {
    /** What is done with some places. */
    @FunctionalInterface
    interface Task {
        /**
         * Does it.
         *
         * @param at where the first place lies in the first channel, in bytes
         * @param channels of a place
         * @param step from one channel to the next, in bytes
         * @param slot which worker does it
         */
        void compute(long at, int channels, long step, int slot);
    }

    private PlaceColumns() {}

    /** Whether an image has enough places. */
    static boolean fit(Sizes x) {
        return x.elementsFrom(2) >= LANES;
    }

    /**
     * A kernel. The last places of an image, when they fill no vector, are done after those before them by the same worker, some of
     * which are done a second time then.
     *
     * @param work what one element costs, in those of an element-wise kernel
     * @param tasks what is done, one after the other
     */
    static Runnable forEach(Cpu cpu, Sizes x, int work, Task... tasks) {
        int channels = x.dim(1);
        int area = x.elementsFrom(2);
        int whole = area / LANES;
        long step = (long) area * Float.BYTES;
        return cpu.forEach(x.dim(0) * whole, (long) work * channels * LANES, (i, slot) -> {
            long image = (long) (i / whole) * channels * step;
            compute(tasks, image + (long) (i % whole) * Simd.BYTES, channels, step, slot);
            if (i % whole == whole - 1 && area % LANES != 0) {
                compute(tasks, image + (area - (long) LANES) * Float.BYTES, channels, step, slot);
            }
        });
    }

    private static void compute(Task[] tasks, long at, int channels, long step, int slot) {
        for (Task task : tasks) {
            task.compute(at, channels, step, slot);
        }
    }
}
