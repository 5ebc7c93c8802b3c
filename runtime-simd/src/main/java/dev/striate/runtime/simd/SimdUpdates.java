package dev.striate.runtime.simd;

import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;

/** The loops of optimizers with vectors, by several threads; the elements behind the last vector one by one. */
record SimdUpdates(WorkerPool pool) implements UpdateLoops {
    /** Elements of a part. */
    private static final int PART = 4 * Cpu.GRAIN;

    /** A loop in parts. It keeps what it runs over in fields, since a step must not allocate. */
    private static final class InParts implements Loop, WorkerPool.Task {
        private final WorkerPool pool;
        private final Loop vectors;
        private final Loop rest;
        private Run run = new Run(0, 0, 0, 0);
        private long first;
        private long count;

        InParts(WorkerPool pool, Loop vectors, Loop rest) {
            this.pool = pool;
            this.vectors = vectors;
            this.rest = rest;
        }

        @Override
        public void run(Run toRun, long from, long n) {
            run = toRun;
            first = from;
            count = n;
            pool.run(Math.toIntExact(Math.ceilDiv(n, PART)), this);
        }

        @Override
        public void run(int part, int slot) {
            long begin = (long) part * PART;
            long n = Math.min(PART, count - begin);
            long whole = n - n % Simd.LANES;
            vectors.run(run, first + begin, whole);
            rest.run(run, first + begin + whole, n - whole);
        }
    }

    @Override
    public Loop descend() {
        return new InParts(
                pool, VectorUpdates.LOOPS.descend(), UpdateLoops.plain().descend());
    }

    @Override
    public Loop momentum(MemorySegment velocity, float momentum, boolean nesterov) {
        return new InParts(
                pool,
                VectorUpdates.LOOPS.momentum(velocity, momentum, nesterov),
                UpdateLoops.plain().momentum(velocity, momentum, nesterov));
    }

    @Override
    public Loop adam(MemorySegment mean, MemorySegment squares, float beta1, float beta2, float eps) {
        return new InParts(
                pool,
                VectorUpdates.LOOPS.adam(mean, squares, beta1, beta2, eps),
                UpdateLoops.plain().adam(mean, squares, beta1, beta2, eps));
    }

    @Override
    public Loop scaled(
            MemorySegment squares, MemorySegment velocity, float alpha, float share, float eps, float momentum) {
        return new InParts(
                pool,
                VectorUpdates.LOOPS.scaled(squares, velocity, alpha, share, eps, momentum),
                UpdateLoops.plain().scaled(squares, velocity, alpha, share, eps, momentum));
    }
}
