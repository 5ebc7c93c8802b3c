package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.runtime.backend.Packs;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * The weight of a convolution, {@code [F, C/groups, kh, kw]}, in the order in which sums read it: for each group and pair
 * of blocks of output channels, and each phase, two vectors for each step.
 */
final class DirectWeights {
    /** Bytes of the two vectors of a step. */
    static final int STEP = 2 * BYTES;

    private final Cpu cpu;
    private final DirectSums sums;
    private final int lanes;
    /** Bytes from one output channel to the next, and from one channel of the source. */
    private final long outStride;

    private final long inStride;
    /** How far output channels are from the first of a vector. */
    private final int[] rows;
    /**
     * How far the steps of neighbouring elements of the weight are from the first, in a whole block of the source: of all
     * channels and taps, or of the taps of one channel where output channels lie nearer to one another.
     */
    private final int[] columns;
    /** The taps of each phase. */
    private final int[][] phases;

    /**
     * For some sums.
     *
     * @param lanes channels of a block of the source; 1 in row-major order
     */
    DirectWeights(Cpu cpu, DirectSums sums, int lanes) {
        this.cpu = cpu;
        this.sums = sums;
        this.lanes = lanes;
        int area = sums.area();
        long element = (long) Float.BYTES * area;
        outStride = sums.transposed() ? element : element * sums.in();
        inStride = sums.transposed() ? element * sums.out() : element;
        rows = IntStream.range(0, LANES)
                .map(i -> Math.toIntExact(i * outStride))
                .toArray();
        columns = IntStream.range(0, sums.transposed() ? area : area * lanes)
                .map(i -> (i % area * lanes + i / area) * STEP)
                .toArray();
        phases = sums.rows().taps().stream()
                .flatMap(rowTaps -> sums.columns().taps().stream().map(columnTaps -> taps(rowTaps, columnTaps)))
                .toArray(int[][]::new);
        cpu.scratch().reserve(0, Transpose.SCRATCH);
    }

    /** What tells the form from others of the same weight. */
    private record Form(
            boolean transposed, int groups, int lanes, List<List<Integer>> rows, List<List<Integer>> columns) {}

    /** The weight in this form. */
    Packed of(Packs packs, Tensor weight) {
        Form form = new Form(
                sums.transposed(),
                sums.groups(),
                lanes,
                sums.rows().taps(),
                sums.columns().taps());
        int pairs = sums.groups() * sums.pairs();
        return packs.of(weight, form, sums.weightBytes(), new PartPacker(cpu.pool(), pairs, this::packPair));
    }

    private void packPair(MemorySegment from, MemorySegment to, int pair, int slot) {
        long at = pair * sums.pairBytes();
        for (int[] phase : phases) {
            for (int first = 0; first < sums.in(); first += lanes) {
                int depth = Math.min(lanes, sums.in() - first);
                packVectors(from, pair, 0, first, depth, phase, to, at, slot);
                packVectors(from, pair, LANES, first, depth, phase, to, at + BYTES, slot);
                at += (long) STEP * depth * phase.length;
            }
        }
    }

    private int[] taps(List<Integer> rowTaps, List<Integer> columnTaps) {
        int[] taps = new int[rowTaps.size() * columnTaps.size()];
        for (int i = 0; i < taps.length; i++) {
            taps[i] = rowTaps.get(i / columnTaps.size()) * sums.kernelW() + columnTaps.get(i % columnTaps.size());
        }
        return taps;
    }

    /** The vectors of one block of output channels, from channel {@code second} of a pair on, for a block of the source. */
    private void packVectors(
            MemorySegment from,
            int pair,
            int second,
            int first,
            int depth,
            int[] taps,
            MemorySegment to,
            long at,
            int slot) {
        int group = pair / sums.pairs();
        int firstOut = pair % sums.pairs() * 2 * LANES + second;
        int n = Math.clamp((long) sums.out() - firstOut, 0, LANES);
        long weights = (long) Float.BYTES * sums.area() * sums.in() * sums.out();
        long source = group * weights + firstOut * outStride + first * inStride;
        int done = 0;
        if (n == LANES && depth == lanes && taps.length == sums.area()) {
            done = sums.transposed()
                    ? copyChannels(from, source, depth, to, at, slot)
                    : copyFilters(from, source, to, at, slot);
        }
        for (int lane = 0; lane < LANES; lane++) {
            long target = at + (long) Float.BYTES * lane;
            if (lane < n) {
                packLane(from, source + lane * outStride, inStride, done, depth, taps, to, target);
            } else {
                zeroLane(to, target, depth * taps.length);
            }
        }
    }

    /** Whole squares of neighbouring elements of the filters of a block; returns how many elements these are. */
    private int copyFilters(MemorySegment from, long source, MemorySegment to, long at, int slot) {
        float[] scratch = cpu.scratch().array(slot, 0);
        int done = 0;
        for (; done + LANES <= columns.length; done += LANES) {
            long element = source + (long) Float.BYTES * done;
            Transpose.run(scratch, from, element, rows, 0, to, at, columns, done, LANES);
        }
        return done;
    }

    /** All elements, channel by channel of the source, up to where squares would reach past the end. */
    private int copyChannels(MemorySegment from, long source, int depth, MemorySegment to, long at, int slot) {
        float[] scratch = cpu.scratch().array(slot, 0);
        int area = sums.area();
        for (int c = 0; c < depth; c++) {
            long channel = source + c * inStride;
            long target = at + (long) STEP * c;
            if (area == 1) {
                FloatVector.fromMemorySegment(S, from, channel, ORDER).intoMemorySegment(to, target, ORDER);
                continue;
            }
            for (int tap = 0; tap < area; tap += LANES) {
                long element = channel + (long) Float.BYTES * tap;
                if (element + rows[LANES - 1] + BYTES > from.byteSize()) {
                    return c * area;
                }
                Transpose.run(scratch, from, element, rows, 0, to, target, columns, tap, Math.min(LANES, area - tap));
            }
        }
        return depth * area;
    }

    /** One output channel's weights, from element {@code first} on in the order of channels and taps. */
    private static void packLane(
            MemorySegment from,
            long source,
            long inStride,
            int first,
            int depth,
            int[] taps,
            MemorySegment to,
            long target) {
        for (int c = taps.length == 0 ? depth : first / taps.length; c < depth; c++) {
            for (int t = c * taps.length < first ? first - c * taps.length : 0; t < taps.length; t++) {
                float value = from.get(JAVA_FLOAT, source + c * inStride + (long) Float.BYTES * taps[t]);
                to.set(JAVA_FLOAT, target + STEP * ((long) t * depth + c), value);
            }
        }
    }

    private static void zeroLane(MemorySegment to, long target, int steps) {
        for (int i = 0; i < steps; i++) {
            to.set(JAVA_FLOAT, target + (long) STEP * i, 0);
        }
    }
}
