package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Source;
import dev.striate.runtime.cuda.kernel.UpdateKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The loops of optimizers as kernels, launched behind the steps of each run. They round as Java does, so the bits are the same. */
final class CudaUpdates implements UpdateLoops {
    private final SharedWeights weights;
    private final Driver driver;

    CudaUpdates(SharedWeights weights, Driver driver) {
        this.weights = weights;
        this.driver = driver;
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
        long[] args = new long[8]; // the driver copies them
        return (run, from, n) -> {
            long element = run.first() + from;
            args[0] = run.weights().address() + Float.BYTES * element;
            args[1] = run.gradients().address() + Float.BYTES * element;
            args[2] = a.address() + Float.BYTES * (run.state() + from);
            args[3] = b.address() + Float.BYTES * (run.state() + from);
            args[4] = n;
            args[5] = pair(run.rate(), run.kept());
            args[6] = pair(run.penalty(), run.correction());
            args[7] = weights.gate().address();
            int blocks = Call.blocks((int) Math.min(n, Integer.MAX_VALUE));
            driver.launch(function, blocks, Call.BLOCK, args, weights.stream());
        };
    }

    @Override
    public MemorySegment scale() {
        return weights.gate().state();
    }

    /** Two numbers in 64 bits, the first in the lower half. */
    private static long pair(float low, float high) {
        return Integer.toUnsignedLong(Float.floatToRawIntBits(low))
                | (long) Float.floatToRawIntBits(high) << Integer.SIZE;
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
    public void copy(MemorySegment from, MemorySegment to) {
        driver.copy(to.address(), from.address(), to.byteSize(), weights.stream());
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
