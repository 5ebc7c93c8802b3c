package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of {@link BlockTiles} for a block of output channels that has no partner. Written out for few numbers of pixels: with
 * fewer than 7 sums the units that multiply and add would wait for themselves, and two blocks take as long.
 */
final class LoneTiles {
    /** Pixels of a tile, the largest first. */
    private static final int[] SIZES = {10, 8, 7, 4, 1};

    /** The fewest pixels at which a tile takes less time than one of two blocks. */
    private static final int WORTHWHILE = 7;

    private LoneTiles() {}

    /** The pixels of the tiles that do a row of so many with the fewest in all; 0 when none is worth it. */
    static int size(int count) {
        int best = 0;
        for (int size : SIZES) {
            boolean fits = size >= WORTHWHILE && size <= count;
            if (fits && (best == 0 || Math.ceilDiv(count, size) * size < Math.ceilDiv(count, best) * best)) {
                best = size;
            }
        }
        return best;
    }

    /** The largest tile that does at most so many pixels. */
    static int atMost(int count) {
        for (int size : SIZES) {
            if (size <= count) {
                return size;
            }
        }
        throw new IllegalArgumentException("no tile has " + count + " pixels");
    }

    /**
     * Sets {@code pixels} pixels of a block to sums over all steps of an element of {@code x} times a vector of {@code w}.
     *
     * @param pixels 10, 8, 7, 4 or 1
     * @param x the address where the first pixel's window begins; the others follow at each vector
     * @param steps how far each step's element is from there, in bytes
     * @param w the address where the weights begin
     * @param next from the vector of a step to that of the next
     * @param y the address where the first pixel lies
     * @param pixel from one pixel to the next in {@code y}
     */
    static void set(int pixels, long x, int[] steps, long w, long next, long y, long pixel) {
        switch (pixels) {
            case 10 -> tile10(x, steps, w, next, y, pixel);
            case 8 -> tile8(x, steps, w, next, y, pixel);
            case 7 -> tile7(x, steps, w, next, y, pixel);
            case 4 -> tile4(x, steps, w, next, y, pixel);
            case 1 -> tile1(x, steps, w, next, y);
            default -> throw new IllegalArgumentException("no tile has " + pixels + " pixels");
        }
    }

    private static void tile10(long x, int[] steps, long w, long next, long y, long pixel) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector a4 = FloatVector.zero(S);
        FloatVector a5 = FloatVector.zero(S);
        FloatVector a6 = FloatVector.zero(S);
        FloatVector a7 = FloatVector.zero(S);
        FloatVector a8 = FloatVector.zero(S);
        FloatVector a9 = FloatVector.zero(S);
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, (w + i * next) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * BYTES));
            a4 = e4.fma(u, a4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * BYTES));
            a5 = e5.fma(u, a5);
            FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 6L * BYTES));
            a6 = e6.fma(u, a6);
            FloatVector e7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 7L * BYTES));
            a7 = e7.fma(u, a7);
            FloatVector e8 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 8L * BYTES));
            a8 = e8.fma(u, a8);
            FloatVector e9 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 9L * BYTES));
            a9 = e9.fma(u, a9);
        }
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
        a5.intoMemorySegment(MEMORY, (y + 5 * pixel) & ADDRESS, ORDER);
        a6.intoMemorySegment(MEMORY, (y + 6 * pixel) & ADDRESS, ORDER);
        a7.intoMemorySegment(MEMORY, (y + 7 * pixel) & ADDRESS, ORDER);
        a8.intoMemorySegment(MEMORY, (y + 8 * pixel) & ADDRESS, ORDER);
        a9.intoMemorySegment(MEMORY, (y + 9 * pixel) & ADDRESS, ORDER);
    }

    private static void tile8(long x, int[] steps, long w, long next, long y, long pixel) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector a4 = FloatVector.zero(S);
        FloatVector a5 = FloatVector.zero(S);
        FloatVector a6 = FloatVector.zero(S);
        FloatVector a7 = FloatVector.zero(S);
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, (w + i * next) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * BYTES));
            a4 = e4.fma(u, a4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * BYTES));
            a5 = e5.fma(u, a5);
            FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 6L * BYTES));
            a6 = e6.fma(u, a6);
            FloatVector e7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 7L * BYTES));
            a7 = e7.fma(u, a7);
        }
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
        a5.intoMemorySegment(MEMORY, (y + 5 * pixel) & ADDRESS, ORDER);
        a6.intoMemorySegment(MEMORY, (y + 6 * pixel) & ADDRESS, ORDER);
        a7.intoMemorySegment(MEMORY, (y + 7 * pixel) & ADDRESS, ORDER);
    }

    private static void tile7(long x, int[] steps, long w, long next, long y, long pixel) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        FloatVector a4 = FloatVector.zero(S);
        FloatVector a5 = FloatVector.zero(S);
        FloatVector a6 = FloatVector.zero(S);
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, (w + i * next) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * BYTES));
            a4 = e4.fma(u, a4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * BYTES));
            a5 = e5.fma(u, a5);
            FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 6L * BYTES));
            a6 = e6.fma(u, a6);
        }
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
        a4.intoMemorySegment(MEMORY, (y + 4 * pixel) & ADDRESS, ORDER);
        a5.intoMemorySegment(MEMORY, (y + 5 * pixel) & ADDRESS, ORDER);
        a6.intoMemorySegment(MEMORY, (y + 6 * pixel) & ADDRESS, ORDER);
    }

    private static void tile4(long x, int[] steps, long w, long next, long y, long pixel) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = FloatVector.zero(S);
        FloatVector a2 = FloatVector.zero(S);
        FloatVector a3 = FloatVector.zero(S);
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, (w + i * next) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + BYTES));
            a1 = e1.fma(u, a1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * BYTES));
            a2 = e2.fma(u, a2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * BYTES));
            a3 = e3.fma(u, a3);
        }
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
        a1.intoMemorySegment(MEMORY, (y + pixel) & ADDRESS, ORDER);
        a2.intoMemorySegment(MEMORY, (y + 2 * pixel) & ADDRESS, ORDER);
        a3.intoMemorySegment(MEMORY, (y + 3 * pixel) & ADDRESS, ORDER);
    }

    private static void tile1(long x, int[] steps, long w, long next, long y) {
        FloatVector a0 = FloatVector.zero(S);
        for (int i = 0; i < steps.length; i++) {
            long s = (x + steps[i]) & ADDRESS;
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, (w + i * next) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
        }
        a0.intoMemorySegment(MEMORY, y & ADDRESS, ORDER);
    }
}
