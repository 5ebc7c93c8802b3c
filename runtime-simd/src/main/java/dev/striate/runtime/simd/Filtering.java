package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;

/** Convolutions of one shape by Winograd's minimal filtering, to be bound to operands. */
interface Filtering {
    /** The scratch memory in bytes: first the constants of the epilogue, then that of each worker. */
    long workspace();

    /** The convolution of operand 0 by the weight that is operand 1. */
    Described bind(Operands o, Epilogue epilogue);

    /** The memory of each of so many workers, of a workspace that has that of the epilogue of {@code out} channels first. */
    static MemorySegment[] work(Operands o, int out, int workers, long bytes) {
        MemorySegment all = o.workspace().asSlice(Epilogue.bytes(out));
        MemorySegment[] work = new MemorySegment[workers];
        for (int slot = 0; slot < work.length; slot++) {
            work[slot] = all.asSlice(slot * share(all, workers, bytes), bytes);
        }
        return work;
    }

    /**
     * How far the parts of two workers are from each other: a worker has as much of the workspace as any other, and not only
     * what it needs. Sessions have one workspace for all their kernels, so that it is always the same part. Otherwise, where
     * processors share no cache, much of what a kernel writes first would be in the other one's: 8 ns a line of 64 bytes.
     *
     * @param bytes what a worker needs
     */
    static long share(MemorySegment workspace, int workers, long bytes) {
        return Math.max(bytes, workspace.byteSize() / workers / BYTES * BYTES);
    }
}
