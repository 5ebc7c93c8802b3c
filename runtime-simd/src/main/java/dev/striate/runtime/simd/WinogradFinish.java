package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static dev.striate.runtime.simd.WinogradTransforms.P;
import static dev.striate.runtime.simd.WinogradTransforms.PP;
import static dev.striate.runtime.simd.WinogradTransforms.Q;
import static dev.striate.runtime.simd.WinogradTransforms.QQ;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The second of Winograd's transforms of products, along rows of tiles that stand side by side, and {@code clip(x * scale +
 * shift + residual)} of the pixels while they are in registers. Each step is computed as {@link Epilogue} does, so that the
 * results do not depend on the algorithm. Of the last tile of a row, columns outside of the map are left out.
 */
final class WinogradFinish {
    private WinogradFinish() {}

    /**
     * Rows of pixels.
     *
     * @param m the edge of a tile: 2 or 4 of F(m, 3), 5 of {@link StemTransforms}
     * @param from the address of the first of {@code m + 2} (of a stem 8) vectors of the first tile, {@code step} bytes apart; those of
     *     the next tile follow it, those of the next row are {@code row} bytes behind
     * @param to the address of the first pixel; those of the next row are {@code toRow} bytes behind
     * @param columns of a row
     * @param constants the address of scale and shift; 0 for none
     * @param residual how far what is added is from the result, in bytes; 0 for nothing
     * @param form the limits
     */
    static void rows(
            int m,
            long from,
            long step,
            long row,
            long to,
            long toRow,
            int columns,
            int rows,
            long constants,
            long residual,
            EpilogueForm form) {
        switch (m) {
            case StemShape.M ->
                StemTransforms.rows(from, step, row, to, toRow, columns, rows, constants, residual, form);
            case 4 -> rows4(from, step, row, to, toRow, columns, rows, constants, residual, form);
            default -> rows2(from, step, row, to, toRow, columns, rows, constants, residual, form);
        }
    }

    private static void rows4(
            long from,
            long step,
            long row,
            long to,
            long toRow,
            int columns,
            int rows,
            long constants,
            long residual,
            EpilogueForm form) {
        boolean affine = constants != 0;
        FloatVector scale = FloatVector.fromMemorySegment(S, MEMORY, (affine ? constants : from) & ADDRESS, ORDER);
        FloatVector shift =
                FloatVector.fromMemorySegment(S, MEMORY, (affine ? constants + BYTES : from) & ADDRESS, ORDER);
        float low = form.low();
        float high = form.high();
        boolean below = form.limitsBelow();
        boolean above = form.limitsAbove();
        int tiles = Math.ceilDiv(columns, 4);
        int inLast = columns - (tiles - 1) * 4;
        long x = from;
        long y = to;
        for (int tile = 0, place = 0; tile < tiles * rows; tile++, place++, x += BYTES, y += 4L * BYTES) {
            if (place == tiles) {
                place = 0;
                x += row - tiles * (long) BYTES;
                y += toRow - tiles * 4L * BYTES;
            }
            int inside = place == tiles - 1 ? inLast : 4;
            FloatVector p1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector p2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector q1 = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
            FloatVector q2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 4 * step) & ADDRESS, ORDER);
            FloatVector evenP = p1.add(p2);
            FloatVector oddP = p1.sub(p2).mul(P);
            FloatVector evenQ = q1.add(q2);
            FloatVector oddQ = q1.sub(q2).mul(Q);
            FloatVector first = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector last = FloatVector.fromMemorySegment(S, MEMORY, (x + 5 * step) & ADDRESS, ORDER);
            FloatVector v0 = first.add(evenP).add(evenQ);
            FloatVector v1 = oddP.add(oddQ);
            FloatVector v2 = evenP.fma(FloatVector.broadcast(S, PP), evenQ.mul(QQ));
            FloatVector v3 = oddP.fma(FloatVector.broadcast(S, PP), oddQ.fma(FloatVector.broadcast(S, QQ), last));
            if (affine) {
                v0 = v0.fma(scale, shift);
                v1 = v1.fma(scale, shift);
                v2 = v2.fma(scale, shift);
                v3 = v3.fma(scale, shift);
            }
            if (residual != 0) {
                long r = y + residual; // columns outside are not read
                v0 = v0.add(FloatVector.fromMemorySegment(S, MEMORY, r & ADDRESS, ORDER));
                v1 = v1.add(FloatVector.fromMemorySegment(S, MEMORY, (inside > 1 ? r + BYTES : r) & ADDRESS, ORDER));
                v2 = v2.add(
                        FloatVector.fromMemorySegment(S, MEMORY, (inside > 2 ? r + 2L * BYTES : r) & ADDRESS, ORDER));
                v3 = v3.add(
                        FloatVector.fromMemorySegment(S, MEMORY, (inside > 3 ? r + 3L * BYTES : r) & ADDRESS, ORDER));
            }
            // Comparisons, as in Epilogue.
            if (below) {
                v0 = v0.blend(low, v0.compare(VectorOperators.LT, low));
                v1 = v1.blend(low, v1.compare(VectorOperators.LT, low));
                v2 = v2.blend(low, v2.compare(VectorOperators.LT, low));
                v3 = v3.blend(low, v3.compare(VectorOperators.LT, low));
            }
            if (above) {
                v0 = v0.blend(high, v0.compare(VectorOperators.GT, high));
                v1 = v1.blend(high, v1.compare(VectorOperators.GT, high));
                v2 = v2.blend(high, v2.compare(VectorOperators.GT, high));
                v3 = v3.blend(high, v3.compare(VectorOperators.GT, high));
            }
            v0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            if (inside > 1) {
                v1.intoMemorySegment(MEMORY, (y + BYTES) & ADDRESS, ORDER);
            }
            if (inside > 2) {
                v2.intoMemorySegment(MEMORY, (y + 2L * BYTES) & ADDRESS, ORDER);
            }
            if (inside > 3) {
                v3.intoMemorySegment(MEMORY, (y + 3L * BYTES) & ADDRESS, ORDER);
            }
        }
    }

    private static void rows2(
            long from,
            long step,
            long row,
            long to,
            long toRow,
            int columns,
            int rows,
            long constants,
            long residual,
            EpilogueForm form) {
        boolean affine = constants != 0;
        FloatVector scale = FloatVector.fromMemorySegment(S, MEMORY, (affine ? constants : from) & ADDRESS, ORDER);
        FloatVector shift =
                FloatVector.fromMemorySegment(S, MEMORY, (affine ? constants + BYTES : from) & ADDRESS, ORDER);
        float low = form.low();
        float high = form.high();
        boolean below = form.limitsBelow();
        boolean above = form.limitsAbove();
        int tiles = Math.ceilDiv(columns, 2);
        int inLast = columns - (tiles - 1) * 2;
        long x = from;
        long y = to;
        for (int tile = 0, place = 0; tile < tiles * rows; tile++, place++, x += BYTES, y += 2L * BYTES) {
            if (place == tiles) {
                place = 0;
                x += row - tiles * (long) BYTES;
                y += toRow - tiles * 2L * BYTES;
            }
            int inside = place == tiles - 1 ? inLast : 2;
            FloatVector first = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector d1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector d2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector last = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
            FloatVector v0 = first.add(d1).add(d2);
            FloatVector v1 = d1.sub(d2).add(last);
            if (affine) {
                v0 = v0.fma(scale, shift);
                v1 = v1.fma(scale, shift);
            }
            if (residual != 0) {
                long r = y + residual; // columns outside are not read
                v0 = v0.add(FloatVector.fromMemorySegment(S, MEMORY, r & ADDRESS, ORDER));
                v1 = v1.add(FloatVector.fromMemorySegment(S, MEMORY, (inside > 1 ? r + BYTES : r) & ADDRESS, ORDER));
            }
            if (below) {
                v0 = v0.blend(low, v0.compare(VectorOperators.LT, low));
                v1 = v1.blend(low, v1.compare(VectorOperators.LT, low));
            }
            if (above) {
                v0 = v0.blend(high, v0.compare(VectorOperators.GT, high));
                v1 = v1.blend(high, v1.compare(VectorOperators.GT, high));
            }
            v0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            if (inside > 1) {
                v1.intoMemorySegment(MEMORY, (y + BYTES) & ADDRESS, ORDER);
            }
        }
    }
}
