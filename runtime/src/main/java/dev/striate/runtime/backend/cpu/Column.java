package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * The elements along axis 1 of a tensor {@code [N, C, …]}, one class each, which lie {@code stride} apart.
 *
 * @param classes how many there are, C
 * @param stride elements from one to the next
 */
record Column(int classes, int stride) {
    /** The columns of tensors of a shape. */
    static Column of(Sizes shape) {
        return new Column(shape.dim(1), shape.elementsFrom(2));
    }

    /** Where column {@code index} begins, in bytes; there are {@code N * stride}. */
    private long start(int index) {
        return Float.BYTES * ((long) (index / stride) * classes * stride + index % stride);
    }

    /** Copies column {@code index} of a tensor into an array. */
    void load(Tensor from, int index, float[] to) {
        long start = start(index);
        if (stride == 1) {
            MemorySegment.copy(from.data(), JAVA_FLOAT, start, to, 0, classes);
            return;
        }
        for (int c = 0; c < classes; c++) {
            to[c] = from.data().get(JAVA_FLOAT, start + (long) Float.BYTES * c * stride);
        }
    }

    /** Copies an array into column {@code index} of a tensor. */
    void store(float[] from, Tensor to, int index) {
        long start = start(index);
        if (stride == 1) {
            MemorySegment.copy(from, 0, to.data(), JAVA_FLOAT, start, classes);
            return;
        }
        for (int c = 0; c < classes; c++) {
            to.data().set(JAVA_FLOAT, start + (long) Float.BYTES * c * stride, from[c]);
        }
    }
}
