package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;

/** Convolutions of one shape by Winograd's minimal filtering, to be bound to operands. */
interface Filtering {
    /** The memory that each worker needs, in bytes. */
    long workerBytes();

    /** The convolution of operand 0 by the weight that is operand 1. */
    Described bind(Operands o, Epilogue epilogue);

    /** The memory of each of so many workers: as much of all as the others have, so that it is always the same part. */
    static MemorySegment[] work(Operands o, int workers, long bytes) {
        long share = Math.max(bytes, o.workerMemory().byteSize() / workers / BYTES * BYTES);
        MemorySegment[] work = new MemorySegment[workers];
        for (int slot = 0; slot < work.length; slot++) {
            work[slot] = o.workerMemory().asSlice(slot * share, bytes);
        }
        return work;
    }
}
