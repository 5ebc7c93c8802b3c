package dev.striate.runtime.tensor;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Row;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A shape and the off-heap memory of its elements, in row-major order, 4 bytes each: float32, or int32 for class
 * indices. A view: the memory belongs to the arena it came from.
 *
 * @param shape the shape
 * @param data exactly the elements
 */
public record Tensor(Sizes shape, MemorySegment data) {
    /** Bytes of one element. */
    public static final int ELEMENT = 4;

    /** Alignment of whole tensors, in bytes: a cache line, and the widest vector. */
    public static final int ALIGNMENT = 64;

    /**
     * Checks that the memory has the size of the shape.
     *
     * @throws IllegalArgumentException when it has not
     */
    public Tensor {
        if (data.byteSize() != bytes(shape)) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + shape + " takes " + bytes(shape) + " bytes, not " + data.byteSize());
        }
    }

    /** The bytes that a tensor of a shape takes. */
    public static long bytes(Sizes shape) {
        return (long) ELEMENT * shape.elements();
    }

    /** The same elements with a batch axis of size 1 in front: {@code [C]} becomes {@code [1, C]}. */
    public Tensor batched() {
        int[] dims = new int[shape.rank() + 1];
        dims[0] = 1;
        System.arraycopy(shape.toArray(), 0, dims, 1, shape.rank());
        return new Tensor(Sizes.of(dims), data);
    }

    /** One row of {@code [K, …]}, which shares its memory. */
    public Tensor row(int index) {
        Sizes row = Row.row(index).output(List.of(shape));
        return new Tensor(row, data.asSlice(index * bytes(row), bytes(row)));
    }

    /** The number of elements. */
    public int elements() {
        return shape.elements();
    }

    /** Element {@code index} in row-major order. */
    public float get(int index) {
        return data.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    /** Sets element {@code index} in row-major order. */
    public void set(int index, float value) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    /** Class index {@code index} in row-major order, of a tensor that holds int32. */
    public int getInt(int index) {
        return data.getAtIndex(ValueLayout.JAVA_INT, index);
    }

    /** A copy of the elements on the heap. */
    public float[] toArray() {
        return data.toArray(ValueLayout.JAVA_FLOAT);
    }
}
