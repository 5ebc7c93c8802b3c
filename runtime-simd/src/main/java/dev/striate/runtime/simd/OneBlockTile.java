package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/** The inner loop of {@link ImageTiles} for a block that has no partner: the second vector of each step is passed over. */
final class OneBlockTile {
    /** The pixels of a tile: with fewer than 8 sums the units that multiply and add would wait for themselves. */
    static final int PIXELS = 10;

    private OneBlockTile() {}

    /**
     * Sets {@link #PIXELS} pixels of a block.
     *
     * @param x the address where the first pixel's window begins; the others follow at each element
     * @param steps how far each step's element is from there, in bytes
     * @param w the address where the weights begin: two vectors for each step
     * @param y the address where the first pixel lies
     * @param pixel from one pixel to the next in {@code y}
     */
    static void set(long x, int[] steps, long w, long y, long pixel) {
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
            FloatVector u = FloatVector.fromMemorySegment(S, MEMORY, (w + (long) i * 2 * BYTES) & ADDRESS, ORDER);
            FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s));
            a0 = e0.fma(u, a0);
            FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + Float.BYTES));
            a1 = e1.fma(u, a1);
            FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 2L * Float.BYTES));
            a2 = e2.fma(u, a2);
            FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 3L * Float.BYTES));
            a3 = e3.fma(u, a3);
            FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 4L * Float.BYTES));
            a4 = e4.fma(u, a4);
            FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 5L * Float.BYTES));
            a5 = e5.fma(u, a5);
            FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 6L * Float.BYTES));
            a6 = e6.fma(u, a6);
            FloatVector e7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 7L * Float.BYTES));
            a7 = e7.fma(u, a7);
            FloatVector e8 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 8L * Float.BYTES));
            a8 = e8.fma(u, a8);
            FloatVector e9 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, s + 9L * Float.BYTES));
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
}
