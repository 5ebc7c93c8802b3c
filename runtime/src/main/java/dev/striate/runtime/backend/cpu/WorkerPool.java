package dev.striate.runtime.backend.cpu;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the blocks of one task at a time. How a task falls into blocks is the caller's choice and must not
 * depend on the number of threads; then neither do its results, whoever runs which block. The calling thread takes part;
 * while the pool works for another caller, the task runs in the calling thread alone.
 *
 * <p>Nothing is allocated per task. Workers are daemons, start with the first task that has work for them, spin for some
 * milliseconds after each task because the next one mostly follows at once, and then sleep.
 */
public final class WorkerPool {
    /** Looks for work this many times before a thread sleeps: for some milliseconds, as a processor's pause takes 15 to 80 ns. */
    private static final int SPINS = 100_000;

    /** Numbers from one line to the next; processors read two lines of 64 bytes at a time. */
    private static final int APART = 128 / Long.BYTES;

    /**
     * Where the blocks of the current task are that nobody has taken: the first in the low half, the one behind the last in the
     * high half. Every other thread takes from the end, so that each mostly has the part of a value in its own cache that it
     * wrote itself.
     */
    private static final int OPEN = APART;

    /** Where the number of blocks is that are done. */
    private static final int DONE = 2 * APART;

    /** What is done for each block. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one block.
         *
         * @param block from 0
         * @param slot which of the {@link #threads} workers does it: no two blocks run in one slot at the same time
         */
        void run(int block, int slot);
    }

    private final Worker[] workers;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** What threads tell one another: {@link #OPEN} and {@link #DONE}, in lines of the cache that hold nothing else. */
    private final AtomicLongArray shared = new AtomicLongArray(3 * APART);

    private boolean started;

    // Written while no block is claimed, read only by those who hold a block: ordered by the updates of what is shared.
    private @Nullable Task task;
    private int blocks;
    private volatile @Nullable Thread waiting;

    private @Nullable Throwable failure;
    private int failedBlock;

    /** A pool of {@code threads} threads, the caller's included. */
    WorkerPool(int threads) {
        workers = new Worker[threads - 1];
    }

    /** The number of threads, the caller's included. */
    public int threads() {
        return workers.length + 1;
    }

    /**
     * Runs all blocks of a task and returns when they are done. A task must not run another.
     *
     * @throws RuntimeException what the first block that failed has thrown; those after it may have run or not
     */
    public void run(int blocks, Task toRun) {
        if (blocks < 2 || workers.length == 0 || !busy.compareAndSet(false, true)) {
            for (int i = 0; i < blocks; i++) {
                toRun.run(i, 0);
            }
            return;
        }
        try {
            share(blocks, toRun);
        } finally {
            busy.set(false);
        }
    }

    private void share(int count, Task toRun) {
        task = toRun;
        blocks = count;
        failure = null;
        shared.set(DONE, 0);
        start();
        shared.set(OPEN, (long) count << 32);
        wake(count - 1);
        work(0);
        waiting = Thread.currentThread();
        for (int spins = 0; shared.get(DONE) < count; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        waiting = null;
        task = null;
        Throwable thrown = failure;
        failure = null;
        switch (thrown) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new AssertionError("a task throws no checked exception", thrown);
        }
    }

    private void start() {
        for (int i = 0; i < workers.length && !started; i++) {
            workers[i] = new Worker(i + 1);
            workers[i].start();
        }
        started = true;
    }

    private void wake(int most) {
        for (int i = 0; i < Math.min(most, workers.length); i++) {
            if (workers[i].asleep) {
                LockSupport.unpark(workers[i]);
            }
        }
    }

    /** Runs blocks of the current task until none is left; whether there was one. */
    private boolean work(int slot) {
        int own = 0;
        int all = 0;
        for (long claimed = claim(slot); claimed != 0; claimed = claim(slot)) {
            all = blocks;
            int end = (int) (claimed >>> 32);
            for (int block = (int) claimed; block < end; block++, own++) {
                try {
                    requireNonNull(task).run(block, slot);
                } catch (Throwable e) {
                    fail(block, e);
                }
            }
        }
        if (own > 0 && shared.addAndGet(DONE, own) == all) {
            LockSupport.unpark(waiting); // nobody, mostly: whoever does the last block has nothing to wait for
        }
        return own > 0;
    }

    private synchronized void fail(int block, Throwable e) {
        if (failure == null || block < failedBlock) {
            failure = e;
            failedBlock = block;
        }
    }

    /**
     * Some neighbouring blocks of the current task, the first in the low half and the one behind the last in the high half, or 0:
     * a part of what is left, since a claim takes as long as a read from memory where processors share no cache. It holds only if
     * nothing changed since the look, so that a thread that slept through a task cannot take a block of it; the task is read
     * afterwards and stays until the blocks are done.
     */
    private long claim(int slot) {
        while (true) {
            long seen = shared.get(OPEN);
            int first = (int) seen;
            int end = (int) (seen >>> 32);
            if (first >= end) {
                return 0;
            }
            int taken = Math.max(1, (end - first) / (2 * threads()));
            boolean last = slot % 2 == 1;
            if (shared.compareAndSet(OPEN, seen, last ? seen - ((long) taken << 32) : seen + taken)) {
                return last ? (long) end << 32 | (end - taken) : (long) (first + taken) << 32 | first;
            }
        }
    }

    private boolean isWork() {
        long seen = shared.get(OPEN);
        return (int) seen < (int) (seen >>> 32);
    }

    /** One thread. */
    private final class Worker extends Thread {
        private final int slot;
        private volatile boolean asleep;

        Worker(int slot) {
            super("striate-worker-" + slot);
            this.slot = slot;
            setDaemon(true);
        }

        @Override
        public void run() {
            int idle = 0;
            while (true) {
                if (work(slot)) {
                    idle = 0;
                } else if (idle++ < SPINS) {
                    Thread.onSpinWait();
                } else {
                    sleep();
                }
            }
        }

        private void sleep() {
            asleep = true;
            if (!isWork()) { // work that came before asleep was seen would not wake us
                LockSupport.park(WorkerPool.this);
            }
            asleep = false;
        }
    }
}
