package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import jdk.incubator.vector.FloatVector;

/**
 * Products of the factors of tiles with those of a stem's weight, summed over the 12 elements of a place. These are so few
 * that the weight stays in registers while the loop goes over tiles.
 */
final class StemProduct {
    private StemProduct() {}

    /**
     * The products of some tiles and two blocks of output channels, for a column of factors.
     *
     * @param weight the address of the first factor of the weight, {@code [12, 2 * LANES]}
     * @param weightPlane from there to the next, in bytes
     * @param tiles the address of the first factor of tiles, {@code [count, LANES]}
     * @param plane from there to the next, in bytes
     * @param to the address of the products, {@code [EDGE, 2, count, LANES]}
     * @param count how many tiles
     */
    static void run(long weight, long weightPlane, long tiles, long plane, long to, int count) {
        long block = (long) count * BYTES;
        for (int factor = 0; factor < StemShape.EDGE; factor++) {
            long u = weight + factor * weightPlane;
            long v = tiles + factor * plane;
            long m = to + 2L * factor * block;
            FloatVector a0 = FloatVector.fromMemorySegment(S, MEMORY, u & ADDRESS, ORDER);
            FloatVector b0 = FloatVector.fromMemorySegment(S, MEMORY, (u + BYTES) & ADDRESS, ORDER);
            FloatVector a1 = FloatVector.fromMemorySegment(S, MEMORY, (u + 2L * BYTES) & ADDRESS, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(S, MEMORY, (u + 3L * BYTES) & ADDRESS, ORDER);
            FloatVector a2 = FloatVector.fromMemorySegment(S, MEMORY, (u + 4L * BYTES) & ADDRESS, ORDER);
            FloatVector b2 = FloatVector.fromMemorySegment(S, MEMORY, (u + 5L * BYTES) & ADDRESS, ORDER);
            FloatVector a3 = FloatVector.fromMemorySegment(S, MEMORY, (u + 6L * BYTES) & ADDRESS, ORDER);
            FloatVector b3 = FloatVector.fromMemorySegment(S, MEMORY, (u + 7L * BYTES) & ADDRESS, ORDER);
            FloatVector a4 = FloatVector.fromMemorySegment(S, MEMORY, (u + 8L * BYTES) & ADDRESS, ORDER);
            FloatVector b4 = FloatVector.fromMemorySegment(S, MEMORY, (u + 9L * BYTES) & ADDRESS, ORDER);
            FloatVector a5 = FloatVector.fromMemorySegment(S, MEMORY, (u + 10L * BYTES) & ADDRESS, ORDER);
            FloatVector b5 = FloatVector.fromMemorySegment(S, MEMORY, (u + 11L * BYTES) & ADDRESS, ORDER);
            FloatVector a6 = FloatVector.fromMemorySegment(S, MEMORY, (u + 12L * BYTES) & ADDRESS, ORDER);
            FloatVector b6 = FloatVector.fromMemorySegment(S, MEMORY, (u + 13L * BYTES) & ADDRESS, ORDER);
            FloatVector a7 = FloatVector.fromMemorySegment(S, MEMORY, (u + 14L * BYTES) & ADDRESS, ORDER);
            FloatVector b7 = FloatVector.fromMemorySegment(S, MEMORY, (u + 15L * BYTES) & ADDRESS, ORDER);
            FloatVector a8 = FloatVector.fromMemorySegment(S, MEMORY, (u + 16L * BYTES) & ADDRESS, ORDER);
            FloatVector b8 = FloatVector.fromMemorySegment(S, MEMORY, (u + 17L * BYTES) & ADDRESS, ORDER);
            FloatVector a9 = FloatVector.fromMemorySegment(S, MEMORY, (u + 18L * BYTES) & ADDRESS, ORDER);
            FloatVector b9 = FloatVector.fromMemorySegment(S, MEMORY, (u + 19L * BYTES) & ADDRESS, ORDER);
            FloatVector a10 = FloatVector.fromMemorySegment(S, MEMORY, (u + 20L * BYTES) & ADDRESS, ORDER);
            FloatVector b10 = FloatVector.fromMemorySegment(S, MEMORY, (u + 21L * BYTES) & ADDRESS, ORDER);
            FloatVector a11 = FloatVector.fromMemorySegment(S, MEMORY, (u + 22L * BYTES) & ADDRESS, ORDER);
            FloatVector b11 = FloatVector.fromMemorySegment(S, MEMORY, (u + 23L * BYTES) & ADDRESS, ORDER);
            for (int i = 0; i < count; i++) {
                long x = (v + (long) i * BYTES) & ADDRESS;
                long y = (m + (long) i * BYTES) & ADDRESS;
                FloatVector e0 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x));
                FloatVector a = e0.mul(a0);
                FloatVector b = e0.mul(b0);
                FloatVector e1 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + Float.BYTES));
                a = e1.fma(a1, a);
                b = e1.fma(b1, b);
                FloatVector e2 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 2L * Float.BYTES));
                a = e2.fma(a2, a);
                b = e2.fma(b2, b);
                FloatVector e3 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 3L * Float.BYTES));
                a = e3.fma(a3, a);
                b = e3.fma(b3, b);
                FloatVector e4 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 4L * Float.BYTES));
                a = e4.fma(a4, a);
                b = e4.fma(b4, b);
                FloatVector e5 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 5L * Float.BYTES));
                a = e5.fma(a5, a);
                b = e5.fma(b5, b);
                FloatVector e6 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 6L * Float.BYTES));
                a = e6.fma(a6, a);
                b = e6.fma(b6, b);
                FloatVector e7 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 7L * Float.BYTES));
                a = e7.fma(a7, a);
                b = e7.fma(b7, b);
                FloatVector e8 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 8L * Float.BYTES));
                a = e8.fma(a8, a);
                b = e8.fma(b8, b);
                FloatVector e9 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 9L * Float.BYTES));
                a = e9.fma(a9, a);
                b = e9.fma(b9, b);
                FloatVector e10 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 10L * Float.BYTES));
                a = e10.fma(a10, a);
                b = e10.fma(b10, b);
                FloatVector e11 = FloatVector.broadcast(S, MEMORY.get(JAVA_FLOAT_UNALIGNED, x + 11L * Float.BYTES));
                a = e11.fma(a11, a);
                b = e11.fma(b11, b);
                a.intoMemorySegment(MEMORY, y, ORDER);
                b.intoMemorySegment(MEMORY, (y + block) & ADDRESS, ORDER);
            }
        }
    }
}
