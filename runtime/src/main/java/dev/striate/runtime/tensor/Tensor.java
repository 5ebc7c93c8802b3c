package dev.striate.runtime.tensor;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Row;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A shape and the off-heap memory of its elements, 4 bytes each: float32, or int32 for class indices. A view: the memory
 * belongs to the arena it came from.
 *
 * <p>The elements lie in row-major order, or, of a feature map {@code [N, C, H, W]}, in blocks of {@code lanes} channels:
 * as {@code [N, ceil(C / lanes), H, W, lanes]}, with zeros in the channels that the last block has too many. On a device they may
 * lie in a form that is its own affair ({@link #NATIVE}), perhaps of fewer bytes each.
 *
 * @param shape the shape
 * @param data exactly the elements
 * @param lanes the channels of a block; 1 in row-major order; {@link #NATIVE} in the form of a device
 */
public record Tensor(Sizes shape, MemorySegment data, int lanes) {
    /** Bytes of one element. */
    public static final int ELEMENT = 4;

    /** Lanes of what lies in the form that a device has for values of such a shape. */
    public static final int NATIVE = 0;

    /** Alignment of whole tensors, in bytes: a cache line, and the widest vector. */
    public static final int ALIGNMENT = 64;

    /**
     * Checks that the memory has the size of the shape.
     *
     * @throws IllegalArgumentException when it has not
     */
    public Tensor {
        if (lanes != NATIVE && data.byteSize() != bytes(shape, lanes)) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + shape + " takes " + bytes(shape, lanes) + " bytes, not " + data.byteSize());
        }
    }

    /**
     * In row-major order.
     *
     * @throws IllegalArgumentException when the memory has another size than the shape
     */
    public Tensor(Sizes shape, MemorySegment data) {
        this(shape, data, 1);
    }

    /** The bytes that a tensor of a shape takes in row-major order. */
    public static long bytes(Sizes shape) {
        return (long) ELEMENT * shape.elements();
    }

    /**
     * The bytes that a tensor of a shape takes.
     *
     * @param lanes the channels of a block; 1 in row-major order
     */
    public static long bytes(Sizes shape, int lanes) {
        if (lanes == 1) {
            return bytes(shape);
        }
        if (shape.rank() != 4) {
            throw new IllegalArgumentException("only feature maps lie in blocks of channels, not " + shape);
        }
        return (long) ELEMENT * shape.dim(0) * Math.ceilDiv(shape.dim(1), lanes) * lanes * shape.elementsFrom(2);
    }

    /** Whether a shape takes the same memory in the same order in blocks and in row-major order. */
    public static boolean isSameInBlocks(Sizes shape, int lanes) {
        return shape.rank() == 4 && shape.elementsFrom(2) == 1 && shape.dim(1) % lanes == 0;
    }

    /** The number of blocks of channels of one sample. */
    public int blocks() {
        return Math.ceilDiv(shape.dim(1), lanes);
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
