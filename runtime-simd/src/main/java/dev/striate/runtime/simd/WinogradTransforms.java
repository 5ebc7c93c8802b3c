package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import jdk.incubator.vector.FloatVector;

/**
 * The transforms of Winograd's minimal filtering F(m, 3) along one axis (Lavin, Gray 2016), for several lines at a time:
 * element {@code i} of line {@code k} is the vector at byte {@code at + i * step + k * next}. Where there are rows of
 * lines, the lines of row {@code r} are {@code r * row} bytes behind the first.
 *
 * <p>Rows of lines are gone through in one loop: rows are short, and the JIT compiler puts checks around each loop that
 * take as long as 15 lines.
 *
 * <p>F(2, 3) interpolates at 0, 1, -1 and infinity. F(4, 3) does at 0, 3/4, -3/4, 3/2, -3/2 and infinity: its results are
 * four times as exact as those with the usual 1 and 2, and all factors of inputs and outputs are float32 numbers.
 */
final class WinogradTransforms {
    /** The points of F(4, 3) apart from 0 and infinity, with either sign. */
    static final float P = 0.75f;

    static final float Q = 1.5f;
    static final float PP = P * P;
    static final float QQ = Q * Q;

    private WinogradTransforms() {}

    /** Rows of lines of {@code m + 2} elements of an input into as many factors; lines of factors follow one another. */
    static void input(
            int m, long from, long step, long next, long row, long to, long toStep, long toRow, int lines, int rows) {
        if (m == 4) {
            input4(from, step, next, row, to, toStep, toRow, lines, rows);
        } else {
            input2(from, step, next, row, to, toStep, toRow, lines, rows);
        }
    }

    private static void input4(
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
            FloatVector evenP = d2.fma(FloatVector.broadcast(S, -QQ), d4);
            FloatVector oddP = d1.fma(FloatVector.broadcast(S, -QQ), d3).mul(P);
            FloatVector evenQ = d2.fma(FloatVector.broadcast(S, -PP), d4);
            FloatVector oddQ = d1.fma(FloatVector.broadcast(S, -PP), d3).mul(Q);
            d0.fma(FloatVector.broadcast(S, PP * QQ), d2.fma(FloatVector.broadcast(S, -PP - QQ), d4))
                    .intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            evenP.add(oddP).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            evenP.sub(oddP).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            evenQ.add(oddQ).intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
            evenQ.sub(oddQ).intoMemorySegment(MEMORY, (y + 4 * toStep) & ADDRESS, ORDER);
            d1.fma(FloatVector.broadcast(S, PP * QQ), d3.fma(FloatVector.broadcast(S, -PP - QQ), d5))
                    .intoMemorySegment(MEMORY, (y + 5 * toStep) & ADDRESS, ORDER);
        }
    }

    private static void input2(
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
            d0.sub(d2).intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            d2.add(d1).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            d2.sub(d1).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            d3.sub(d1).intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
        }
    }

    /**
     * Rows of lines of {@code m} elements of an output's gradient into {@code m + 2} factors, the transpose of
     * {@code output}; lines of factors follow one another.
     */
    static void gradient(
            int m, long from, long step, long next, long row, long to, long toStep, long toRow, int lines, int rows) {
        if (m == 4) {
            gradient4(from, step, next, row, to, toStep, toRow, lines, rows);
        } else {
            gradient2(from, step, next, row, to, toStep, toRow, lines, rows);
        }
    }

    private static void gradient4(
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
            FloatVector evenP = d2.fma(FloatVector.broadcast(S, PP), d0);
            FloatVector oddP = d3.fma(FloatVector.broadcast(S, PP), d1).mul(P);
            FloatVector evenQ = d2.fma(FloatVector.broadcast(S, QQ), d0);
            FloatVector oddQ = d3.fma(FloatVector.broadcast(S, QQ), d1).mul(Q);
            d0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            evenP.add(oddP).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            evenP.sub(oddP).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            evenQ.add(oddQ).intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
            evenQ.sub(oddQ).intoMemorySegment(MEMORY, (y + 4 * toStep) & ADDRESS, ORDER);
            d3.intoMemorySegment(MEMORY, (y + 5 * toStep) & ADDRESS, ORDER);
        }
    }

    private static void gradient2(
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
            d0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            d0.add(d1).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            d0.sub(d1).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            d1.intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
        }
    }

    /** Rows of lines of {@code m + 2} products into {@code m} elements of an output; lines of both follow one another. */
    static void output(int m, long from, long step, long row, long to, long toStep, long toRow, int lines, int rows) {
        if (m == 4) {
            output4(from, step, row, to, toStep, toRow, lines, rows);
        } else {
            output2(from, step, row, to, toStep, toRow, lines, rows);
        }
    }

    private static void output4(long from, long step, long row, long to, long toStep, long toRow, int lines, int rows) {
        long x = from;
        long y = to;
        for (int line = 0, place = 0; line < lines * rows; line++, place++, x += BYTES, y += BYTES) {
            if (place == lines) {
                place = 0;
                x += row - lines * (long) BYTES;
                y += toRow - lines * (long) BYTES;
            }
            FloatVector p1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector p2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector q1 = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
            FloatVector q2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 4 * step) & ADDRESS, ORDER);
            FloatVector evenP = p1.add(p2);
            FloatVector oddP = p1.sub(p2).mul(P);
            FloatVector evenQ = q1.add(q2);
            FloatVector oddQ = q1.sub(q2).mul(Q);
            FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER)
                    .add(evenP)
                    .add(evenQ)
                    .intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            oddP.add(oddQ).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
            evenP.fma(FloatVector.broadcast(S, PP), evenQ.mul(QQ))
                    .intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            FloatVector last = FloatVector.fromMemorySegment(S, MEMORY, (x + 5 * step) & ADDRESS, ORDER);
            oddP.fma(FloatVector.broadcast(S, PP), oddQ.fma(FloatVector.broadcast(S, QQ), last))
                    .intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
        }
    }

    private static void output2(long from, long step, long row, long to, long toStep, long toRow, int lines, int rows) {
        long x = from;
        long y = to;
        for (int line = 0, place = 0; line < lines * rows; line++, place++, x += BYTES, y += BYTES) {
            if (place == lines) {
                place = 0;
                x += row - lines * (long) BYTES;
                y += toRow - lines * (long) BYTES;
            }
            FloatVector d1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector d2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER)
                    .add(d1)
                    .add(d2)
                    .intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
            d1.sub(d2)
                    .add(FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER))
                    .intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
        }
    }

    /** As many lines of 3 taps of a weight as a vector has lanes, into {@code m + 2} factors. */
    static void weight(int m, long from, long step, long next, long to, long toStep, long toNext) {
        float byP = 0.5f / (PP * (PP - QQ));
        float byQ = 0.5f / (QQ * (QQ - PP));
        for (int line = 0; line < LANES; line++) {
            long x = from + line * next;
            long y = to + line * toNext;
            FloatVector g0 = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector g1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector g2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            // In the loop itself: a method with vectors for parameters may be called with boxed ones.
            if (m == 4) {
                g0.mul(1 / (PP * QQ)).intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
                FloatVector evenP = g2.fma(FloatVector.broadcast(S, PP), g0).mul(byP);
                FloatVector oddP = g1.mul(P * byP);
                evenP.add(oddP).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
                evenP.sub(oddP).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
                FloatVector evenQ = g2.fma(FloatVector.broadcast(S, QQ), g0).mul(byQ);
                FloatVector oddQ = g1.mul(Q * byQ);
                evenQ.add(oddQ).intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
                evenQ.sub(oddQ).intoMemorySegment(MEMORY, (y + 4 * toStep) & ADDRESS, ORDER);
                g2.intoMemorySegment(MEMORY, (y + 5 * toStep) & ADDRESS, ORDER);
            } else {
                g0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
                FloatVector even = g0.add(g2).mul(0.5f);
                FloatVector odd = g1.mul(0.5f);
                even.add(odd).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
                even.sub(odd).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
                g2.intoMemorySegment(MEMORY, (y + 3 * toStep) & ADDRESS, ORDER);
            }
        }
    }

    /** As many lines of {@code m + 2} sums as a vector has lanes, into gradients of 3 taps: the transpose of {@code weight}. */
    static void weightGradient(int m, long from, long step, long next, long to, long toStep, long toNext) {
        float byP = m == 4 ? 0.5f / (PP * (PP - QQ)) : 0.5f;
        float byQ = 0.5f / (QQ * (QQ - PP));
        for (int line = 0; line < LANES; line++) {
            long x = from + line * next;
            long y = to + line * toNext;
            FloatVector first = FloatVector.fromMemorySegment(S, MEMORY, x & ADDRESS, ORDER);
            FloatVector p1 = FloatVector.fromMemorySegment(S, MEMORY, (x + step) & ADDRESS, ORDER);
            FloatVector p2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 2 * step) & ADDRESS, ORDER);
            FloatVector last = FloatVector.fromMemorySegment(S, MEMORY, (x + (m + 1) * step) & ADDRESS, ORDER);
            FloatVector even = p1.add(p2).mul(byP);
            FloatVector odd = p1.sub(p2).mul(byP);
            if (m == 4) {
                FloatVector q1 = FloatVector.fromMemorySegment(S, MEMORY, (x + 3 * step) & ADDRESS, ORDER);
                FloatVector q2 = FloatVector.fromMemorySegment(S, MEMORY, (x + 4 * step) & ADDRESS, ORDER);
                FloatVector evenQ = q1.add(q2).mul(byQ);
                first.fma(FloatVector.broadcast(S, 1 / (PP * QQ)), even.add(evenQ))
                        .intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
                odd.mul(P).add(q1.sub(q2).mul(byQ * Q)).intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
                even.fma(FloatVector.broadcast(S, PP), evenQ.fma(FloatVector.broadcast(S, QQ), last))
                        .intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            } else {
                first.add(even).intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
                odd.intoMemorySegment(MEMORY, (y + toStep) & ADDRESS, ORDER);
                even.add(last).intoMemorySegment(MEMORY, (y + 2 * toStep) & ADDRESS, ORDER);
            }
        }
    }
}
