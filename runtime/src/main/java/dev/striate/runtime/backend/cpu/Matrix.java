package dev.striate.runtime.backend.cpu;

import java.lang.foreign.MemorySegment;

/**
 * How an operand of a product lies in memory: float32, row-major, perhaps transposed.
 *
 * @param data the memory
 * @param stride elements from one stored row to the next
 * @param transposed whether the stored rows are the columns of the operand
 */
record Matrix(MemorySegment data, int stride, boolean transposed) {
    /** A matrix as it is stored. */
    static Matrix of(MemorySegment data, int stride) {
        return new Matrix(data, stride, false);
    }

    /** The transpose of what is stored. */
    Matrix transpose() {
        return new Matrix(data, stride, !transposed);
    }

    /** Where an element lies, in elements. */
    long offset(int row, int column) {
        return transposed ? (long) column * stride + row : (long) row * stride + column;
    }

    /**
     * The address of a part.
     *
     * @param offset where it begins, in elements
     * @throws IndexOutOfBoundsException when the part is not all within the memory
     */
    long address(long offset, int rows, int columns) {
        int storedRows = transposed ? columns : rows;
        int storedColumns = transposed ? rows : columns;
        long end = offset + (long) (storedRows - 1) * stride + storedColumns;
        if (offset < 0 || storedColumns > stride || Float.BYTES * end > data.byteSize()) {
            throw new IndexOutOfBoundsException("a matrix of " + rows + "x" + columns + " at " + offset
                    + " reaches past the end of " + data.byteSize() + " bytes");
        }
        return data.address() + Float.BYTES * offset;
    }
}
