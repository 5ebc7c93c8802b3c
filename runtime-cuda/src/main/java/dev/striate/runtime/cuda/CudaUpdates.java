package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.UpdateKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The loops of optimizers as kernels. What belongs to a run is launched with its steps, all else at once. They round as Java does, so the
 * bits are the same.
 */
final class CudaUpdates implements UpdateLoops {
    private final SharedWeights weights;
    private final Driver driver;
    /** Where a range lies on the device that belongs to no run. */
    private final long alone;
    /** The same on Java's side. */
    private final MemorySegment host = Arena.ofAuto().allocate(RunNumbers.RANGE, Long.BYTES);

    private final UpdateLaunch single = new UpdateLaunch();
    /** The run that loops are told about; null when they belong to none. */
    private @Nullable RunUpdates collecting;

    /**
     * Of some weights.
     *
     * @param room for a range, on the device
     */
    CudaUpdates(SharedWeights weights, Driver driver, long room) {
        this.weights = weights;
        this.driver = driver;
        this.alone = room;
    }

    /** What the loops are told meanwhile belongs to a run. */
    void collect(RunUpdates run, Runnable updates) {
        collecting = run;
        try {
            updates.run();
        } finally {
            collecting = null;
        }
    }

    @Override
    public Loop descend() {
        return loop(UpdateKernels.descend(), MemorySegment.NULL, MemorySegment.NULL);
    }

    @Override
    public Loop momentum(MemorySegment velocity, float momentum, boolean nesterov) {
        return loop(UpdateKernels.momentum(momentum, nesterov), velocity, MemorySegment.NULL);
    }

    @Override
    public Loop adam(MemorySegment mean, MemorySegment squares, float beta1, float beta2, float eps) {
        return loop(UpdateKernels.adam(beta1, beta2, eps), mean, squares);
    }

    @Override
    public Loop scaled(
            MemorySegment squares, MemorySegment velocity, float alpha, float share, float eps, float momentum) {
        return loop(UpdateKernels.scaled(alpha, share, eps, momentum), squares, velocity);
    }

    @Override
    public Loop replace() {
        return loop(UpdateKernels.replace(), MemorySegment.NULL, MemorySegment.NULL);
    }

    @Override
    public Loop blend(MemorySegment other) {
        return loop(UpdateKernels.blend(), other, MemorySegment.NULL);
    }

    private Loop loop(Source source, MemorySegment a, MemorySegment b) {
        long function = weights.function(source);
        return (run, from, n) -> {
            RunUpdates ofRun = collecting;
            if (ofRun != null) {
                ofRun.add(function, a, b, run, from, n);
                return;
            }
            driver.enter();
            RunNumbers.write(host, 0, run, from, n, 0);
            driver.upload(alone, host, weights.stream());
            driver.await(weights.stream()); // else the next range could be there before this one was copied
            single.begin(function, run, a, b, alone, weights.gate().address());
            single.add(n);
            single.enqueue(driver, weights.stream());
        };
    }

    @Override
    public MemorySegment scale() {
        return weights.gate().state();
    }

    @Override
    @SuppressWarnings("restricted") // the address is the device's: the segment only carries it
    public MemorySegment state(long count, Arena arena) {
        long bytes = Float.BYTES * count;
        driver.enter();
        long address = driver.allocate(Math.max(bytes, 1));
        driver.fill(address, (byte) 0, bytes, weights.stream());
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, s -> {
            driver.enter();
            driver.free(address);
        });
    }

    @Override
    public MemorySegment read(MemorySegment state) {
        if (state.byteSize() == 0) {
            return state;
        }
        MemorySegment here = Arena.ofAuto().allocate(state.byteSize(), Float.BYTES);
        driver.enter();
        driver.download(here, state.address(), weights.stream());
        driver.await(weights.stream());
        return here;
    }

    @Override
    public void write(MemorySegment from, MemorySegment state) {
        driver.enter();
        driver.upload(state.address(), from, weights.stream());
        driver.await(weights.stream());
    }
}
