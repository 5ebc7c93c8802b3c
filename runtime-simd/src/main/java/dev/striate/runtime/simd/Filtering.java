package dev.striate.runtime.simd;

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
        MemorySegment[] work = new MemorySegment[workers];
        for (int slot = 0; slot < work.length; slot++) {
            work[slot] = o.workspace().asSlice(Epilogue.bytes(out) + slot * bytes, bytes);
        }
        return work;
    }
}
