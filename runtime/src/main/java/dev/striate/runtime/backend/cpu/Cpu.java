package dev.striate.runtime.backend.cpu;

import dev.striate.runtime.backend.cpu.WorkerPool.Task;

/**
 * What the kernels of one session share.
 *
 * @param pool the threads
 * @param scratch their small arrays
 */
public record Cpu(WorkerPool pool, Scratch scratch) {
    /** Elements that are worth a block of their own in an element-wise kernel: about ten microseconds of work. */
    public static final int GRAIN = 16 * 1024;

    /** With threads of their own, which stay for the life of the process. */
    public static Cpu of(int threads) {
        return new Cpu(new WorkerPool(threads), new Scratch(threads));
    }

    /** A kernel that runs {@code blocks} blocks of a task. */
    public Runnable parallel(int blocks, Task task) {
        return () -> pool.run(blocks, task);
    }

    /**
     * A kernel over items, several of them to a block where one is little work.
     *
     * @param items how many
     * @param work what one costs, in elements
     */
    public Runnable forEach(int items, long work, Item item) {
        int perBlock = (int) Math.max(1, Math.min(items, GRAIN / Math.max(1, work)));
        int blocks = Math.ceilDiv(items, perBlock);
        return parallel(blocks, (block, slot) -> {
            int end = (int) Math.min(items, (block + 1L) * perBlock);
            for (int i = block * perBlock; i < end; i++) {
                item.run(i, slot);
            }
        });
    }

    /** What is done for one item. */
    @FunctionalInterface
    public interface Item {
        /** Does item {@code index} in a worker's slot. */
        void run(int index, int slot);
    }
}
