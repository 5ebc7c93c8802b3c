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

    /** The memory of the factors, in bytes. */
    long bytes() {
        return (long) shape.products() * shape.outBlocks() * shape.inBlocks() * LANES * BYTES;
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
        return (long) (TAPS + 3 * shape.edge()) * LANES * BYTES;
    }

    /** Packs one block of output channels with one of input channels. */
    private void pack(MemorySegment weight, MemorySegment u, int outBlock, int inBlock, MemorySegment work) {
        gather(weight, outBlock * LANES, inBlock * LANES, work);
        int edge = shape.edge();
        long row = 3L * LANES * BYTES;
        long rows = TAPS * (long) LANES * BYTES;
        WinogradTransforms.weight(shape.m(), work, 0, row, BYTES, work, rows, row, BYTES, 3 * LANES);
        long vector = (long) shape.inBlocks() * LANES * BYTES;
        int vectors = outBlock % 2 == 0 && outBlock + 1 == shape.outBlocks() ? 1 : 2;
        long at = (outBlock - outBlock % 2) * vector + ((long) inBlock * LANES * vectors + outBlock % 2) * BYTES;
        long plane = shape.outBlocks() * vector;
        for (int i = 0; i < edge; i++) {
            WinogradTransforms.weight(
                    shape.m(),
                    work,
                    rows + i * row,
                    (long) LANES * BYTES,
                    BYTES,
                    u,
                    at + (long) i * edge * plane,
                    plane,
                    (long) vectors * BYTES,
                    LANES);
        }
    }

    /** Copies taps to {@code [9, in LANES, out LANES]}. */
    private void gather(MemorySegment weight, int firstOut, int firstIn, MemorySegment to) {
        int perOut = TAPS * (rotated ? 1 : shape.in());
        int perIn = TAPS * (rotated ? shape.out() : 1);
        for (int in = 0; in < LANES; in++) {
            for (int out = 0; out < LANES; out++) {
                boolean inside = firstIn + in < shape.in() && firstOut + out < shape.out();
                long from = (long) (firstOut + out) * perOut + (long) (firstIn + in) * perIn;
                for (int tap = 0; tap < TAPS; tap++) {
                    long at = from + (rotated ? TAPS - 1 - tap : tap);
                    float value = inside ? weight.get(JAVA_FLOAT, at * Float.BYTES) : 0;
                    to.set(JAVA_FLOAT, (((long) tap * LANES + in) * LANES + out) * Float.BYTES, value);
                }
            }
        }
    }
}
