package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Adds up the sums of all chunks in order, and writes them where the weight has them.
 *
 * @param plan the parts
 * @param workspace the sums
 * @param out {@code [F, C/groups, kh, kw]}
 */
record WeightGradientResult(WeightGradientPlan plan, MemorySegment workspace, MemorySegment out) {
    /** Does it for a pair of blocks of output channels. */
    void pair(int pair, int slot) {
        DirectSums sums = plan.sums();
        long first = plan.sumsOf(0, pair);
        for (int chunk = 1; chunk < plan.chunks(); chunk++) {
            add(plan.sumsOf(chunk, pair), first, 2 * sums.steps());
        }
        int firstOut = pair % sums.pairs() * 2 * LANES;
        int filter = pair / sums.pairs() * sums.out() + firstOut;
        int filters = Math.min(2 * LANES, sums.out() - firstOut);
        for (int c = 0; c < sums.in(); c += plan.lanes()) {
            int depth = Math.min(plan.lanes(), sums.in() - c);
            long from = first + (long) DirectWeights.STEP * c * sums.area();
            for (int lane = 0; lane < filters; lane++) {
                long to = (long) Float.BYTES * sums.area() * ((long) (filter + lane) * sums.in() + c);
                write(from + (long) Float.BYTES * lane, to, depth, sums.area());
            }
        }
    }

    private void add(long from, long to, int vectors) {
        for (int i = 0; i < vectors; i++) {
            long offset = (long) i * BYTES;
            FloatVector.fromMemorySegment(S, workspace, to + offset, ORDER)
                    .add(FloatVector.fromMemorySegment(S, workspace, from + offset, ORDER))
                    .intoMemorySegment(workspace, to + offset, ORDER);
        }
    }

    /** One filter's elements of some channels. */
    private void write(long from, long to, int depth, int area) {
        for (int c = 0; c < depth; c++) {
            for (int tap = 0; tap < area; tap++) {
                float value = workspace.get(JAVA_FLOAT, from + (long) DirectWeights.STEP * (tap * depth + c));
                out.set(JAVA_FLOAT, to + (long) Float.BYTES * (c * area + tap), value);
            }
        }
    }
}
