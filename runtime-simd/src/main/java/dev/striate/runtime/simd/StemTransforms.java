package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The transforms of Winograd's F(5, 4) (Lavin, Gray 2016), for {@link StemShape}; what {@link WinogradTransforms} and {@link
 * WinogradFinish} are to F(m, 3). It interpolates at 0, 1/2, -1/2, 1, -1, 2, -2 and infinity, in this order. All factors of
 * inputs and outputs are float32 numbers. It rounds about three times as much as F(4, 3).
 */
final class StemTransforms {
    private StemTransforms() {}

    /** Rows of lines of 8 elements of an input into as many factors; lines of factors follow one another. */
    static void input(
            long from, long step, long next, long row, long to, long toStep, long toRow, int lines, int rows) {
        long x = from;
        long y = to;
        for (int line = 0, place = 0; line < lines * rows; line++, place++, x += next, y += BYTES) {
            if (place == lines) {
                place = 0;
                x += row - lines * next;
                y += toRow - lines * (long) BYTES;
            }
            FloatVector d0 = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector d1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector d2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector d3 = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
            FloatVector d4 = FloatVector.fromMemorySegment(S, MEMORY, (x + 4 * step) & ADDRESS, ORDER);
            FloatVector d5 = FloatVector.fromMemorySegment(S, MEMORY, (x + 5 * step) & ADDRESS, ORDER);
            FloatVector d6 = FloatVector.fromMemorySegment(S, MEMORY, (x + 6 * step) & ADDRESS, ORDER);
            FloatVector d7 = FloatVector.fromMemorySegment(S, MEMORY, (x + 7 * step) & ADDRESS, ORDER);
            d2.sub(d4).fma(FloatVector.broadcast(S, 5.25f), d6.sub(d0)).intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            FloatVector even = d2.fma(FloatVector.broadcast(S, 4), d4.fma(FloatVector.broadcast(S, -5), d6));
            FloatVector odd = d1.fma(FloatVector.broadcast(S, 4), d3.fma(FloatVector.broadcast(S, -5), d5));
            odd.fma(FloatVector.broadcast(S, 0.5f), even).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            odd.fma(FloatVector.broadcast(S, -0.5f), even).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            even = d4.fma(FloatVector.broadcast(S, -4.25f), d2.add(d6));
            odd = d3.fma(FloatVector.broadcast(S, -4.25f), d1.add(d5));
            even.add(odd).intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
            even.sub(odd).intoMemorySegment(MEMORY, (y + 4 * toStep) & ADDRESS, ORDER);
            even = d2.fma(FloatVector.broadcast(S, 0.25f), d4.fma(FloatVector.broadcast(S, -1.25f), d6));
            odd = d1.fma(FloatVector.broadcast(S, 0.25f), d3.fma(FloatVector.broadcast(S, -1.25f), d5));
            odd.fma(FloatVector.broadcast(S, 2), even).intoMemorySegment(MEMORY, (y + 5 * toStep) & ADDRESS, ORDER);
            odd.fma(FloatVector.broadcast(S, -2), even).intoMemorySegment(MEMORY, (y + 6 * toStep) & ADDRESS, ORDER);
            d3.sub(d5)
                    .fma(FloatVector.broadcast(S, 5.25f), d7.sub(d1))
                    .intoMemorySegment(MEMORY, (y + 7 * toStep) & ADDRESS, ORDER);
        }
    }

    /** Lines of 4 taps of a weight into 8 factors. */
    static void weight(long from, long step, long next, long to, long toStep, long toNext, int lines) {
        for (int line = 0; line < lines; line++) {
            long x = from + line * next;
            long y = to + line * toNext;
            FloatVector g0 = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector g1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector g2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector g3 = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
            g0.neg().intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            FloatVector even = g2.fma(FloatVector.broadcast(S, 0.25f), g0).mul(32f / 45);
            FloatVector odd = g3.fma(FloatVector.broadcast(S, 0.25f), g1).mul(16f / 45);
            even.add(odd).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            even.sub(odd).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            even = g0.add(g2).mul(-2f / 9);
            odd = g1.add(g3).mul(-2f / 9);
            even.add(odd).intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
            even.sub(odd).intoMemorySegment(MEMORY, (y + 4 * toStep) & ADDRESS, ORDER);
            even = g2.fma(FloatVector.broadcast(S, 4), g0).mul(1f / 90);
            odd = g3.fma(FloatVector.broadcast(S, 4), g1).mul(1f / 45);
            even.add(odd).intoMemorySegment(MEMORY, (y + 5 * toStep) & ADDRESS, ORDER);
            even.sub(odd).intoMemorySegment(MEMORY, (y + 6 * toStep) & ADDRESS, ORDER);
            g3.intoMemorySegment(MEMORY, (y + 7 * toStep) & ADDRESS, ORDER);
        }
    }

    /** Rows of lines of 8 products into 5 elements of an output; lines of both follow one another. */
    static void output(long from, long step, long row, long to, long toStep, long toRow, int lines, int rows) {
        long x = from;
        long y = to;
        for (int line = 0, place = 0; line < lines * rows; line++, place++, x += BYTES, y += BYTES) {
            if (place == lines) {
                place = 0;
                x += row - lines * (long) BYTES;
                y += toRow - lines * (long) BYTES;
            }
            FloatVector first = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector p1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector p2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector q1 = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
            FloatVector q2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 4 * step) & ADDRESS, ORDER);
            FloatVector r1 = FloatVector.fromMemorySegment(S, MEMORY, (x + 5 * step) & ADDRESS, ORDER);
            FloatVector r2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 6 * step) & ADDRESS, ORDER);
            FloatVector last = FloatVector.fromMemorySegment(S, MEMORY, (x + 7 * step) & ADDRESS, ORDER);
            FloatVector evenP = p1.add(p2);
            FloatVector oddP = p1.sub(p2);
            FloatVector evenQ = q1.add(q2);
            FloatVector oddQ = q1.sub(q2);
            FloatVector evenR = r1.add(r2);
            FloatVector oddR = r1.sub(r2);
            first.add(evenP).add(evenQ.add(evenR)).intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            oddR.fma(FloatVector.broadcast(S, 2), oddP.fma(FloatVector.broadcast(S, 0.5f), oddQ))
                    .intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            evenR.fma(FloatVector.broadcast(S, 4), evenP.fma(FloatVector.broadcast(S, 0.25f), evenQ))
                    .intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            oddR.fma(FloatVector.broadcast(S, 8), oddP.fma(FloatVector.broadcast(S, 0.125f), oddQ))
                    .intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
            evenR.fma(FloatVector.broadcast(S, 16), evenP.fma(FloatVector.broadcast(S, 0.0625f), evenQ.add(last)))
                    .intoMemorySegment(MEMORY, (y + 4 * toStep) & ADDRESS, ORDER);
        }
    }

    /** {@link WinogradFinish#rows} of 8 vectors into 5 pixels. */
    static void rows(
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
        int tiles = Math.ceilDiv(columns, StemShape.M);
        int inLast = columns - (tiles - 1) * StemShape.M;
        long x = from;
        long y = to;
        for (int tile = 0, place = 0;
                tile < tiles * rows;
                tile++, place++, x += BYTES, y += StemShape.M * (long) BYTES) {
            if (place == tiles) {
                place = 0;
                x += row - tiles * (long) BYTES;
                y += toRow - (long) tiles * StemShape.M * BYTES;
            }
            int inside = place == tiles - 1 ? inLast : StemShape.M;
            FloatVector first = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector p1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector p2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector q1 = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
            FloatVector q2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 4 * step) & ADDRESS, ORDER);
            FloatVector r1 = FloatVector.fromMemorySegment(S, MEMORY, (x + 5 * step) & ADDRESS, ORDER);
            FloatVector r2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 6 * step) & ADDRESS, ORDER);
            FloatVector last = FloatVector.fromMemorySegment(S, MEMORY, (x + 7 * step) & ADDRESS, ORDER);
            FloatVector evenP = p1.add(p2);
            FloatVector oddP = p1.sub(p2);
            FloatVector evenQ = q1.add(q2);
            FloatVector oddQ = q1.sub(q2);
            FloatVector evenR = r1.add(r2);
            FloatVector oddR = r1.sub(r2);
            FloatVector v0 = first.add(evenP).add(evenQ.add(evenR));
            FloatVector v1 = oddR.fma(FloatVector.broadcast(S, 2), oddP.fma(FloatVector.broadcast(S, 0.5f), oddQ));
            FloatVector v2 = evenR.fma(FloatVector.broadcast(S, 4), evenP.fma(FloatVector.broadcast(S, 0.25f), evenQ));
            FloatVector v3 = oddR.fma(FloatVector.broadcast(S, 8), oddP.fma(FloatVector.broadcast(S, 0.125f), oddQ));
            FloatVector v4 = evenR.fma(
                    FloatVector.broadcast(S, 16), evenP.fma(FloatVector.broadcast(S, 0.0625f), evenQ.add(last)));
            if (affine) {
                v0 = v0.fma(scale, shift);
                v1 = v1.fma(scale, shift);
                v2 = v2.fma(scale, shift);
                v3 = v3.fma(scale, shift);
                v4 = v4.fma(scale, shift);
            }
            if (residual != 0) {
                long r = y + residual; // columns outside are not read
                v0 = v0.add(FloatVector.fromMemorySegment(S, MEMORY, r & ADDRESS, ORDER));
                v1 = v1.add(FloatVector.fromMemorySegment(S, MEMORY, (inside > 1 ? r + BYTES : r) & ADDRESS, ORDER));
                v2 = v2.add(
                        FloatVector.fromMemorySegment(S, MEMORY, (inside > 2 ? r + 2L * BYTES : r) & ADDRESS, ORDER));
                v3 = v3.add(
                        FloatVector.fromMemorySegment(S, MEMORY, (inside > 3 ? r + 3L * BYTES : r) & ADDRESS, ORDER));
                v4 = v4.add(
                        FloatVector.fromMemorySegment(S, MEMORY, (inside > 4 ? r + 4L * BYTES : r) & ADDRESS, ORDER));
            }
            // Comparisons, as in Epilogue.
            if (below) {
                v0 = v0.blend(low, v0.compare(VectorOperators.LT, low));
                v1 = v1.blend(low, v1.compare(VectorOperators.LT, low));
                v2 = v2.blend(low, v2.compare(VectorOperators.LT, low));
                v3 = v3.blend(low, v3.compare(VectorOperators.LT, low));
                v4 = v4.blend(low, v4.compare(VectorOperators.LT, low));
            }
            if (above) {
                v0 = v0.blend(high, v0.compare(VectorOperators.GT, high));
                v1 = v1.blend(high, v1.compare(VectorOperators.GT, high));
                v2 = v2.blend(high, v2.compare(VectorOperators.GT, high));
                v3 = v3.blend(high, v3.compare(VectorOperators.GT, high));
                v4 = v4.blend(high, v4.compare(VectorOperators.GT, high));
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
            if (inside > 4) {
                v4.intoMemorySegment(MEMORY, (y + 4L * BYTES) & ADDRESS, ORDER);
            }
        }
    }
}
