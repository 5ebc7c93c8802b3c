package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The factors of a 3x3 weight: for each of the {@code (m + 2)^2} products a matrix in panels of two blocks of output
 * channels, {@code [ceil(outBlocks / 2), inBlocks * LANES, 2 * LANES]}; the last panel has one block if their number is
 * odd. Padding lanes are 0.
 *
 * @param shape the convolution
 * @param rotated whether it is that of the input's gradient: the weight is {@code [in, out, 3, 3]} then, instead of
 *     {@code [out, in, 3, 3]}, and is turned by half a turn
 */
record WinogradWeights(WinogradShape shape, boolean rotated) {
    private static final int TAPS = 9;

    /** The bytes of one tap of a block of output channels and one of input channels. */
    private static final long TAP = (long) LANES * BYTES;

    /** The memory of the factors, in bytes. */
    long bytes() {
        return shape.products() * plane();
    }

    /** What names the form among all forms of a weight. */
    Object form() {
        return List.of("winograd", shape.m(), rotated);
    }

    /** Packs a plain weight. */
    void pack(WorkerPool pool, MemorySegment weight, MemorySegment u, MemorySegment[] work) {
        int outBlocks = shape.outBlocks();
        pool.run(outBlocks * shape.inBlocks(), (i, slot) -> pack(weight, u, i % outBlocks, i / outBlocks, work[slot]));
    }

    /** The memory that a worker needs to pack, in bytes. */
    long scratch() {
        return (TAPS + 3L * shape.edge()) * TAP;
    }

    /** The vectors of a row of the panel that has a block of output channels. */
    int vectors(int outBlock) {
        return outBlock % 2 == 0 && outBlock + 1 == shape.outBlocks() ? 1 : 2;
    }

    /** Where a block of output channels and one of input channels begin in a matrix, in bytes. */
    long place(int outBlock, int inBlock) {
        long panel = (outBlock - outBlock % 2) * (long) shape.inBlocks() * LANES;
        return (panel + (long) inBlock * LANES * vectors(outBlock) + outBlock % 2) * BYTES;
    }

    /** The distance of two matrices, in bytes. */
    long plane() {
        return (long) shape.outBlocks() * shape.inBlocks() * LANES * BYTES;
    }

    /** Packs one block of output channels with one of input channels. */
    private void pack(MemorySegment weight, MemorySegment u, int outBlock, int inBlock, MemorySegment work) {
        gather(weight, outBlock * LANES, inBlock * LANES, work);
        int m = shape.m();
        WinogradTransforms.weight(m, work, 0, 3 * TAP, BYTES, work, TAPS * TAP, 3 * TAP, BYTES, 3 * LANES);
        long next = (long) vectors(outBlock) * BYTES;
        for (int i = 0; i < shape.edge(); i++) {
            long from = (TAPS + 3L * i) * TAP;
            long to = place(outBlock, inBlock) + (long) i * shape.edge() * plane();
            WinogradTransforms.weight(m, work, from, TAP, BYTES, u, to, plane(), next, LANES);
        }
    }

    /** Transforms sums of products to the gradient of a plain weight. */
    void unpack(MemorySegment sums, MemorySegment weight, int outBlock, int inBlock, MemorySegment work) {
        int m = shape.m();
        long next = (long) vectors(outBlock) * BYTES;
        for (int i = 0; i < shape.edge(); i++) {
            long from = place(outBlock, inBlock) + (long) i * shape.edge() * plane();
            long to = (TAPS + 3L * i) * TAP;
            WinogradTransforms.weightGradient(m, sums, from, plane(), next, work, to, TAP, LANES);
        }
        WinogradTransforms.weightGradient(m, work, TAPS * TAP, 3 * TAP, BYTES, work, 0, 3 * TAP, 3 * LANES);
        scatter(work, weight, outBlock * LANES, inBlock * LANES);
    }

    /** Copies taps to {@code [9, in LANES, out LANES]}, those of padding lanes as 0. */
    private void gather(MemorySegment weight, int firstOut, int firstIn, MemorySegment to) {
        for (int in = 0; in < LANES; in++) {
            for (int out = 0; out < LANES; out++) {
                boolean inside = firstIn + in < shape.in() && firstOut + out < shape.out();
                long from = plain(firstOut + out, firstIn + in);
                for (int tap = 0; tap < TAPS; tap++) {
                    long at = from + (rotated ? TAPS - 1 - tap : tap) * (long) Float.BYTES;
                    to.set(JAVA_FLOAT, gathered(tap, in, out), inside ? weight.get(JAVA_FLOAT, at) : 0);
                }
            }
        }
    }

    /** Copies taps from {@code [9, in LANES, out LANES]}, apart from those of padding lanes. */
    private void scatter(MemorySegment from, MemorySegment weight, int firstOut, int firstIn) {
        int ins = Math.min(LANES, shape.in() - firstIn);
        int outs = Math.min(LANES, shape.out() - firstOut);
        for (int out = 0; out < outs; out++) {
            for (int in = 0; in < ins; in++) {
                long to = plain(firstOut + out, firstIn + in);
                for (int tap = 0; tap < TAPS; tap++) {
                    float value = from.get(JAVA_FLOAT, gathered(tap, in, out));
                    weight.set(JAVA_FLOAT, to + (long) tap * Float.BYTES, value);
                }
            }
        }
    }

    /** Where the taps of two channels begin in the plain weight, in bytes. */
    private long plain(int out, int in) {
        long pair = rotated ? (long) in * shape.out() + out : (long) out * shape.in() + in;
        return pair * TAPS * Float.BYTES;
    }

    private static long gathered(int tap, int in, int out) {
        return (((long) tap * LANES + in) * LANES + out) * Float.BYTES;
    }
}
