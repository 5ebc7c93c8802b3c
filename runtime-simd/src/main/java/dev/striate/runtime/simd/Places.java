package dev.striate.runtime.simd;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Where the operands of a {@link VectorProgram} lie while one worker computes one run of vectors: for each the memory, the
 * byte of the first vector, and the bytes from one vector to the next, which are 0 where one vector stands for all.
 */
final class Places {
    final MemorySegment[] memory;
    final long[] at;
    final long[] step;

    /** For so many operands. */
    Places(int count) {
        memory = new MemorySegment[count];
        at = new long[count];
        step = new long[count];
        Arrays.fill(memory, MemorySegment.NULL);
    }

    /** Says where an operand lies. */
    void set(int index, MemorySegment segment, long offset, long bytes) {
        memory[index] = segment;
        at[index] = offset;
        step[index] = bytes;
    }
}
