package dev.striate.runtime.io;

import dev.striate.core.Sizes;
import java.lang.foreign.MemorySegment;

/**
 * A float32 tensor to be written to a file.
 *
 * @param name unique within the file, such as {@code conv1.weight}
 * @param shape the sizes of its dimensions, outermost first
 * @param data its values in row-major order, little-endian, off-heap
 */
public record NamedTensor(String name, Sizes shape, MemorySegment data) {
    /**
     * Checks that the values fit the shape.
     *
     * @throws IllegalArgumentException if {@code data} has not 4 bytes for each element of {@code shape}
     */
    public NamedTensor {
        if (data.byteSize() != (long) Float.BYTES * shape.elements()) {
            throw new IllegalArgumentException(
                    "tensor " + name + " of shape " + shape + " has " + data.byteSize() + " bytes of data");
        }
    }
}
