package dev.striate.runtime.train;

import dev.striate.runtime.io.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The threads of the devices of a training run: all work of one device is given to it by one thread, because what devices do together
 * begins only when each was told to. A single device is told by the caller, and has no thread.
 */
final class Crew implements AutoCloseable {
    /** What is to be done for a device. */
    @FunctionalInterface
    interface Task {
        void run() throws DataException;
    }

    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<CompletableFuture<Void>> begun = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** For so many devices. */
    Crew(int devices) {
        for (int i = 0; devices > 1 && i < devices; i++) {
            threads.add(Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("striate-device-" + i).factory()));
        }
    }

    /** Begins what is to be done for one of several devices. */
    void begin(int device, Task task) {
        begun.add(CompletableFuture.runAsync(() -> run(task), threads.get(device)));
    }

    private void run(Task task) {
        try {
            task.run();
        } catch (DataException | RuntimeException | Error e) {
            failure.compareAndSet(null, e); // the others may fail because this one did
        }
    }

    /**
     * Waits for all that was begun.
     *
     * @throws DataException or what else went wrong first
     */
    void join() throws DataException {
        begun.forEach(CompletableFuture::join);
        begun.clear();
        switch (failure.getAndSet(null)) {
            case DataException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }

    @Override
    public void close() {
        threads.forEach(ExecutorService::close);
    }
}
