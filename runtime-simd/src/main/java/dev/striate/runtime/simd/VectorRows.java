package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import jdk.incubator.vector.FloatVector;

/**
 * Rows of a map in blocks of channels, a vector each pixel. All rows are gone through in one loop: rows are short, and the
 * JIT compiler puts checks around each loop that take as long as some ten vectors.
 */
final class VectorRows {
    private VectorRows() {}

    /**
     * Copies rows.
     *
     * @param step from one vector to the next in {@code from}, in bytes; in {@code to} they follow one another
     * @param next from one row to the next in {@code from}, in bytes
     * @param toNext from one row to the next in {@code to}, in bytes
     * @param vectors of a row
     */
    static void copy(long from, long step, long next, long to, long toNext, int vectors, int rows) {
        long x = from;
        long y = to;
        for (int i = 0, place = 0; i < vectors * rows; i++, place++, x += step, y += BYTES) {
            if (place == vectors) {
                place = 0;
                x += next - vectors * step;
                y += toNext - vectors * (long) BYTES;
            }
            FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER).intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        }
    }

    /** Sets rows of vectors to 0; {@code next} is from one row to the next, in bytes. */
    static void clear(long to, long next, int vectors, int rows) {
        FloatVector zero = FloatVector.zero(S);
        long y = to;
        for (int i = 0, place = 0; i < vectors * rows; i++, place++, y += BYTES) {
            if (place == vectors) {
                place = 0;
                y += next - vectors * (long) BYTES;
            }
            zero.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        }
    }
}
