package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.runtime.backend.cpu.Cpu;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/** Adds up the sums of all chunks in order, and writes them where the weight has them. */
final class WeightGradientResult {
    private final Cpu cpu;
    private final WeightGradientPlan plan;
    private final DirectSums sums;
    private final MemorySegment workspace;
    private final MemorySegment out;
    /** For each element of a filter in one whole block of channels, how far its sums are from the first. */
    private final int[] elements;
    /** How far filters are from the first of a vector. */
    private final int[] filters;

    /**
     * The result of some sums.
     *
     * @param workspace where the sums are
     * @param out {@code [F, C/groups, kh, kw]}
     */
    WeightGradientResult(Cpu cpu, WeightGradientPlan plan, MemorySegment workspace, MemorySegment out) {
        this.cpu = cpu;
        this.plan = plan;
        this.sums = plan.sums();
        this.workspace = workspace;
        this.out = out;
        int area = sums.area();
        elements = IntStream.range(0, plan.lanes() * area)
                .map(i -> (i % area * plan.lanes() + i / area) * DirectWeights.STEP)
                .toArray();
        filters = IntStream.range(0, LANES)
                .map(i -> i * sums.steps() * Float.BYTES)
                .toArray();
        cpu.scratch().reserve(0, Transpose.SCRATCH);
    }

    /** Does it for a pair of blocks of output channels. */
    void pair(int pair, int slot) {
        long first = plan.sumsOf(0, pair);
        for (int chunk = 1; chunk < plan.chunks(); chunk++) {
            add(workspace, plan.sumsOf(chunk, pair), first, 2 * sums.steps());
        }
        for (int half = 0; half < 2; half++) {
            int firstOut = pair % sums.pairs() * 2 * LANES + half * LANES;
            int filter = pair / sums.pairs() * sums.out() + firstOut;
            int n = Math.min(LANES, sums.out() - firstOut);
            for (int c = 0; c < sums.in(); c += plan.lanes()) {
                int depth = Math.min(plan.lanes(), sums.in() - c);
                long from = first + (long) DirectWeights.STEP * c * sums.area() + (long) half * BYTES;
                long to = (long) Float.BYTES * sums.area() * ((long) filter * sums.in() + c);
                write(from, to, depth, n, slot);
            }
        }
    }

    /** Elements of some channels of the filters of a block. */
    private void write(long from, long to, int depth, int n, int slot) {
        int count = depth * sums.area();
        int done = 0;
        if (n == LANES && depth == plan.lanes()) {
            float[] scratch = cpu.scratch().array(slot, 0);
            for (; done + LANES <= count; done += LANES) {
                long at = to + (long) done * Float.BYTES;
                Transpose.run(scratch, workspace, from, elements, done, out, at, filters, 0, LANES);
            }
        }
        for (int lane = 0; lane < n; lane++) {
            long filter = to + (long) Float.BYTES * lane * sums.steps();
            write(workspace, from + (long) Float.BYTES * lane, out, filter, done, depth, sums.area());
        }
    }

    /** One filter's elements of some channels, from one on. */
    private static void write(
            MemorySegment from, long source, MemorySegment to, long target, int first, int depth, int area) {
        for (int i = first; i < depth * area; i++) {
            long step = (long) (i % area) * depth + i / area;
            to.set(
                    JAVA_FLOAT,
                    target + (long) Float.BYTES * i,
                    from.get(JAVA_FLOAT, source + DirectWeights.STEP * step));
        }
    }

    private static void add(MemorySegment memory, long from, long to, int vectors) {
        for (int i = 0; i < vectors; i++) {
            long offset = (long) i * BYTES;
            FloatVector.fromMemorySegment(S, memory, to + offset, ORDER)
                    .add(FloatVector.fromMemorySegment(S, memory, from + offset, ORDER))
                    .intoMemorySegment(memory, to + offset, ORDER);
        }
    }
}
