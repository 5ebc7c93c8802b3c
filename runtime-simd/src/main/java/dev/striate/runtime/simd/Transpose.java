package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes squares of as many rows and columns as a vector has lanes, whose rows lie anywhere. Interleaving the first half
 * of the rows with the second as often as the number of rows can be halved turns rows into columns.
 */
final class Transpose {
    /** Elements of the array that a transposition needs. */
    static final int SCRATCH = 2 * LANES * LANES;

    private static final VectorShuffle<Float> LOW = interleave(0);
    private static final VectorShuffle<Float> HIGH = interleave(LANES / 2);

    private Transpose() {}

    /** From {@code first} on, elements of one vector and of a second by turns. */
    private static VectorShuffle<Float> interleave(int first) {
        return VectorShuffle.fromOp(S, i -> first + i / 2 + i % 2 * LANES);
    }

    /**
     * Writes the first {@code n} columns of a square as rows.
     *
     * @param scratch of {@link #SCRATCH} elements
     * @param source where the square begins in {@code from}, in bytes
     * @param rows how far each row is from there
     * @param target where the result begins in {@code to}
     * @param columns from element {@code first} on, how far each column's row is from there
     */
    static void run(
            float[] scratch,
            MemorySegment from,
            long source,
            int[] rows,
            int firstRow,
            MemorySegment to,
            long target,
            int[] columns,
            int first,
            int n) {
        for (int i = 0; i < LANES / 2; i++) {
            FloatVector a = FloatVector.fromMemorySegment(S, from, source + rows[firstRow + i], ORDER);
            FloatVector b = FloatVector.fromMemorySegment(S, from, source + rows[firstRow + i + LANES / 2], ORDER);
            a.rearrange(LOW, b).intoArray(scratch, 2 * i * LANES);
            a.rearrange(HIGH, b).intoArray(scratch, (2 * i + 1) * LANES);
        }
        int at = 0;
        for (int size = LANES / 2; size > 1; size /= 2) {
            interleave(scratch, at, LANES * LANES - at);
            at = LANES * LANES - at;
        }
        for (int i = 0; i < n; i++) {
            FloatVector.fromArray(S, scratch, at + i * LANES).intoMemorySegment(to, target + columns[first + i], ORDER);
        }
    }

    private static void interleave(float[] rows, int from, int to) {
        for (int i = 0; i < LANES / 2; i++) {
            FloatVector a = FloatVector.fromArray(S, rows, from + i * LANES);
            FloatVector b = FloatVector.fromArray(S, rows, from + (i + LANES / 2) * LANES);
            a.rearrange(LOW, b).intoArray(rows, to + 2 * i * LANES);
            a.rearrange(HIGH, b).intoArray(rows, to + (2 * i + 1) * LANES);
        }
    }
}
