package dev.striate.runtime.simd;

import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;

/** The loops of optimizers with vectors, by several threads; the elements behind the last vector one by one. */
record SimdUpdates(WorkerPool pool) implements UpdateLoops {
    /** Elements of a part. */
    private static final int PART = 4 * Cpu.GRAIN;

    /** What is done with a part of a run, or with its end. */
    private interface Loop {
        void run(UpdateLoops loops, Run part);
    }

    private void inParts(Run run, Loop loop) {
        int parts = Math.toIntExact(Math.ceilDiv(run.n(), PART));
        pool.run(parts, (part, slot) -> {
            long first = (long) part * PART;
            long n = Math.min(PART, run.n() - first);
            long whole = n - n % Simd.LANES;
            loop.run(VectorUpdates.LOOPS, run.part(first, whole));
            loop.run(PLAIN, run.part(first + whole, n - whole));
        });
    }

    @Override
    public void descend(Run run) {
        inParts(run, UpdateLoops::descend);
    }

    @Override
    public void momentum(Run run, MemorySegment velocity, float momentum, boolean nesterov) {
        inParts(run, (loops, part) -> loops.momentum(part, velocity, momentum, nesterov));
    }

    @Override
    public void adam(
            Run run,
            MemorySegment mean,
            MemorySegment squares,
            float beta1,
            float beta2,
            float kept,
            float correction,
            float eps) {
        inParts(run, (loops, part) -> loops.adam(part, mean, squares, beta1, beta2, kept, correction, eps));
    }

    @Override
    public void scaled(
            Run run,
            MemorySegment squares,
            MemorySegment velocity,
            float alpha,
            float share,
            float eps,
            float momentum) {
        inParts(run, (loops, part) -> loops.scaled(part, squares, velocity, alpha, share, eps, momentum));
    }
}
