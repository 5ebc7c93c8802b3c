package dev.striate.runtime.data;

import java.lang.foreign.MemorySegment;

/** The elements of a field as a set keeps them: unsigned bytes, which are divided by a number when they are read. */
public interface KeptBytes {
    /** The byte that becomes 1. */
    int maximum();

    /**
     * Copies those of a sample.
     *
     * @param index the sample, from 0
     * @param offset where they go in {@code target}, in bytes
     */
    void read(int index, MemorySegment target, long offset);
}
