package dev.striate.runtime.data;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Samples that can be read in any order, from any number of threads at once. */
public interface DataSet {
    /** What messages call it, such as {@code digits/train}. */
    String name();

    /** How many samples there are; at least 1. */
    int size();

    /** The parts of every sample. */
    List<Field> fields();

    /**
     * Copies one field of one sample: float32 or int32 elements in the machine's byte order, pictures as [C, H, W] with
     * values in [0, 1]. Nothing is allocated.
     *
     * @param field the field's position in {@link #fields()}
     * @param index the sample, from 0
     * @param target takes as many as {@link Field#shape()} has elements
     * @param elementOffset where they go in {@code target}, counted in elements of 4 bytes
     * @throws IndexOutOfBoundsException if {@code field}, {@code index} or the place in {@code target} does not exist
     */
    void read(int field, int index, MemorySegment target, long elementOffset);
}
