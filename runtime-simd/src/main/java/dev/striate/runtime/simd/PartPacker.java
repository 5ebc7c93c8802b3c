package dev.striate.runtime.simd;

import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;

/** Packs a weight in parts by several threads. It keeps the memory in fields, since a step must not allocate. */
final class PartPacker implements BiConsumer<MemorySegment, MemorySegment>, WorkerPool.Task {
    /** Packs a part. */
    @FunctionalInterface
    interface Part {
        void pack(MemorySegment from, MemorySegment to, int part, int slot);
    }

    private final WorkerPool pool;
    private final int parts;
    private final Part pack;
    private MemorySegment from = MemorySegment.NULL;
    private MemorySegment to = MemorySegment.NULL;

    PartPacker(WorkerPool pool, int parts, Part pack) {
        this.pool = pool;
        this.parts = parts;
        this.pack = pack;
    }

    @Override
    public void accept(MemorySegment weight, MemorySegment packed) {
        from = weight;
        to = packed;
        pool.run(parts, this);
    }

    @Override
    public void run(int part, int slot) {
        pack.pack(from, to, part, slot);
    }
}
