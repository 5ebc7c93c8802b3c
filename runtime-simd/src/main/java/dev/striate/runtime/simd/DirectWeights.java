package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.runtime.backend.Packs;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The weight of a convolution, {@code [F, C/groups, kh, kw]}, in the order in which sums read it: for each group and pair
 * of blocks of output channels, and each phase, two vectors for each step.
 *
 * @param sums what is computed
 * @param lanes channels of a block of the source; 1 in row-major order
 */
record DirectWeights(DirectSums sums, int lanes) {
    /** Bytes of the two vectors of a step. */
    static final int STEP = 2 * Simd.BYTES;

    /** What tells the form from others of the same weight. */
    private record Form(
            boolean transposed, int groups, int lanes, List<List<Integer>> rows, List<List<Integer>> columns) {}

    /** The weight in this form. */
    Packed of(Cpu cpu, Packs packs, Tensor weight) {
        Form form = new Form(
                sums.transposed(),
                sums.groups(),
                lanes,
                sums.rows().taps(),
                sums.columns().taps());
        int pairs = sums.groups() * sums.pairs();
        return packs.of(
                weight,
                form,
                sums.weightBytes(),
                (from, to) -> cpu.pool().run(pairs, (pair, slot) -> packPair(from, pair, to)));
    }

    private void packPair(MemorySegment from, int pair, MemorySegment to) {
        long at = pair * sums.pairBytes();
        for (List<Integer> rows : sums.rows().taps()) {
            for (List<Integer> columns : sums.columns().taps()) {
                int[] taps = taps(rows, columns);
                for (int first = 0; first < sums.in(); first += lanes) {
                    int depth = Math.min(lanes, sums.in() - first);
                    packBlock(from, pair, first, depth, taps, to, at);
                    at += (long) STEP * depth * taps.length;
                }
            }
        }
    }

    private int[] taps(List<Integer> rows, List<Integer> columns) {
        int[] taps = new int[rows.size() * columns.size()];
        for (int i = 0; i < taps.length; i++) {
            taps[i] = rows.get(i / columns.size()) * sums.kernelW() + columns.get(i % columns.size());
        }
        return taps;
    }

    /** All steps of some channels of the source: so few that both sides stay in the nearest cache. */
    private void packBlock(MemorySegment from, int pair, int first, int depth, int[] taps, MemorySegment to, long at) {
        int group = pair / sums.pairs();
        int firstOut = pair % sums.pairs() * 2 * LANES;
        long area = (long) Float.BYTES * sums.area();
        long outStride = sums.transposed() ? area : area * sums.in();
        long inStride = sums.transposed() ? area * sums.out() : area;
        long base = group * area * sums.in() * sums.out() + firstOut * outStride + first * inStride;
        for (int lane = 0; lane < 2 * LANES; lane++) {
            long target = at + (long) Float.BYTES * lane;
            if (firstOut + lane < sums.out()) {
                packLane(from, base + lane * outStride, inStride, depth, taps, to, target);
            } else {
                zeroLane(to, target, depth * taps.length);
            }
        }
    }

    private static void packLane(
            MemorySegment from, long source, long inStride, int depth, int[] taps, MemorySegment to, long target) {
        for (int t = 0; t < taps.length; t++) {
            long read = source + (long) Float.BYTES * taps[t];
            long write = target + (long) STEP * depth * t;
            for (int c = 0; c < depth; c++) {
                to.set(JAVA_FLOAT, write + (long) STEP * c, from.get(JAVA_FLOAT, read + c * inStride));
            }
        }
    }

    private static void zeroLane(MemorySegment to, long target, int steps) {
        for (int i = 0; i < steps; i++) {
            to.set(JAVA_FLOAT, target + (long) STEP * i, 0);
        }
    }
}
