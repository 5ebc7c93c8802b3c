package dev.striate.runtime.simd;

import dev.striate.core.window.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One axis of a convolution, or of the gradient of one by its input, as a sum over taps. Every {@code step}-th output has
 * the same taps, so there are {@code step} phases: output {@code phase + i * step} sums over the elements
 * {@code i * stride + at} of the source with its padding.
 *
 * @param size the extent of the source
 * @param out the extent of the output
 * @param before zeros in front of the source
 * @param padded the extent of what is read, zeros included
 * @param stride elements of the source from one output of a phase to the next
 * @param step outputs from one of a phase to the next
 * @param taps for each phase, which elements of the kernel it has
 * @param at for each phase, where these lie for the phase's first output
 * @param read of the elements of the source with each rest by the stride, whether any tap reads them
 */
record DirectAxis(
        int size,
        int out,
        int before,
        int padded,
        int stride,
        int step,
        List<List<Integer>> taps,
        List<List<Integer>> at,
        List<Boolean> read) {
    /** An axis (0 is H, 1 is W) of a convolution: one phase with all taps. */
    static DirectAxis forward(Grid grid, int axis) {
        boolean rows = axis == 0;
        int kernel = rows ? grid.kernelH() : grid.kernelW();
        int dilation = rows ? grid.dilationH() : grid.dilationW();
        int stride = rows ? grid.strideH() : grid.strideW();
        int out = rows ? grid.outH() : grid.outW();
        List<Integer> taps = IntStream.range(0, kernel).boxed().toList();
        List<Integer> at = taps.stream().map(k -> k * dilation).toList();
        List<Boolean> read = IntStream.range(0, stride)
                .mapToObj(rest -> at.stream().anyMatch(place -> place % stride == rest))
                .toList();
        return new DirectAxis(
                rows ? grid.h() : grid.w(),
                out,
                rows ? grid.top() : grid.left(),
                (out - 1) * stride + (kernel - 1) * dilation + 1,
                stride,
                1,
                List.of(taps),
                List.of(at),
                read);
    }

    /** An axis of the gradient of a convolution by its input: a phase for each place of an output within the stride. */
    static DirectAxis gradient(Grid grid, int axis) {
        boolean rows = axis == 0;
        int kernel = rows ? grid.kernelH() : grid.kernelW();
        int dilation = rows ? grid.dilationH() : grid.dilationW();
        int step = rows ? grid.strideH() : grid.strideW();
        int out = rows ? grid.h() : grid.w();
        int lead = rows ? grid.top() : grid.left();
        List<List<Integer>> taps = new ArrayList<>();
        List<List<Integer>> at = new ArrayList<>();
        for (int phase = 0; phase < Math.min(step, out); phase++) {
            int place = phase + lead;
            List<Integer> own = IntStream.range(0, kernel)
                    .filter(k -> Math.floorMod(place - k * dilation, step) == 0)
                    .boxed()
                    .toList();
            taps.add(own);
            at.add(own.stream()
                    .map(k -> Math.floorDiv(place - k * dilation, step))
                    .toList());
        }
        int before = Math.max(
                0, -at.stream().flatMap(List::stream).mapToInt(k -> k).min().orElse(0));
        at.replaceAll(own -> own.stream().map(place -> place + before).toList());
        int padded = 1;
        for (int phase = 0; phase < at.size(); phase++) {
            for (int place : at.get(phase)) {
                padded = Math.max(padded, place + Math.ceilDiv(out - phase, step));
            }
        }
        int size = rows ? grid.outH() : grid.outW();
        return new DirectAxis(size, out, before, padded, 1, step, List.copyOf(taps), List.copyOf(at), List.of(true));
    }

    /** How many phases there are. */
    int phases() {
        return taps.size();
    }

    /** How many outputs a phase has. */
    int count(int phase) {
        return Math.ceilDiv(out - phase, step);
    }

    /** How far the last tap of any phase is from where the first output's source begins. */
    int reach() {
        return at.stream().flatMap(List::stream).mapToInt(k -> k).max().orElse(0);
    }

    /** Whether any tap reads an element of the source with its padding. */
    boolean reads(int element) {
        return read.get(element % stride);
    }

    /** Whether all that is read lies in the source, so that it can be read in place. */
    boolean isInside() {
        return before == 0 && padded <= size;
    }
}
