package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The factors of a 3x3 weight: for each two blocks of output channels, and for each of the {@code (m + 2)^2} products, a
 * matrix {@code [inBlocks * LANES, 2 * LANES]}; the last ones have one block if their number is odd. Padding lanes are 0.
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
        return (long) shape.products() * shape.outBlocks() * block();
    }

    /** What names the form among all forms of a weight. */
    Object form() {
        return List.of("winograd", shape.m(), rotated);
    }

    /**
     * What packs a plain weight.
     *
     * @param work the memory of each worker: {@code scratch()}
     */
    PartPacker packer(WorkerPool pool, MemorySegment[] work) {
        int outBlocks = shape.outBlocks();
        return new PartPacker(
                pool,
                outBlocks * shape.inBlocks(),
                (weight, u, i, slot) -> pack(weight, u, i % outBlocks, i / outBlocks, work[slot]));
    }

    /** The memory that a worker needs to pack, in bytes. */
    long scratch() {
        return (TAPS + 3L * shape.edge()) * TAP;
    }

    /** The vectors of a row of the matrices that have a block of output channels. */
    int vectors(int outBlock) {
        return outBlock % 2 == 0 && outBlock + 1 == shape.outBlocks() ? 1 : 2;
    }

    /** Where a block of output channels and one of input channels begin in the first of their matrices, in bytes. */
    long place(int outBlock, int inBlock) {
        int first = outBlock - outBlock % 2;
        long row = (long) inBlock * LANES * vectors(outBlock) + outBlock % 2;
        return (long) first * shape.products() * block() + row * BYTES;
    }

    /** The distance of two matrices that have a block of output channels, in bytes. */
    long plane(int outBlock) {
        return vectors(outBlock) * block();
    }

    /** The bytes of a block of output channels in a matrix. */
    private long block() {
        return (long) shape.inBlocks() * LANES * BYTES;
    }

    /** Packs one block of output channels with one of input channels. */
    private void pack(MemorySegment weight, MemorySegment u, int outBlock, int inBlock, MemorySegment work) {
        gather(weight, outBlock * LANES, inBlock * LANES, work);
        int m = shape.m();
        long own = work.address();
        for (int j = 0; j < 3; j++) {
            WinogradTransforms.weight(
                    m, own + j * (long) BYTES, 3L * BYTES, TAPS * (long) BYTES, own + columns(0, j), 3 * TAP, BYTES);
        }
        long next = (long) vectors(outBlock) * BYTES;
        for (int i = 0; i < shape.edge(); i++) {
            long to = u.address() + place(outBlock, inBlock) + (long) i * shape.edge() * plane(outBlock);
            WinogradTransforms.weight(m, own + columns(i, 0), TAP, BYTES, to, plane(outBlock), next);
        }
    }

    /** Transforms sums of products to the gradient of a plain weight. */
    void unpack(MemorySegment sums, MemorySegment weight, int outBlock, int inBlock, MemorySegment work) {
        int m = shape.m();
        long own = work.address();
        long next = (long) vectors(outBlock) * BYTES;
        for (int i = 0; i < shape.edge(); i++) {
            long from = sums.address() + place(outBlock, inBlock) + (long) i * shape.edge() * plane(outBlock);
            WinogradTransforms.weightGradient(m, from, plane(outBlock), next, own + columns(i, 0), TAP, BYTES);
        }
        for (int j = 0; j < 3; j++) {
            long to = own + j * (long) BYTES;
            WinogradTransforms.weightGradient(
                    m, own + columns(0, j), 3 * TAP, BYTES, to, 3L * BYTES, TAPS * (long) BYTES);
        }
        scatter(work, weight, outBlock * LANES, inBlock * LANES);
    }

    /** Where row {@code i}, column {@code j} of weights are, of which one axis is transformed: {@code [in LANES, out LANES]}. */
    private static long columns(int i, int j) {
        return (TAPS + 3L * i + j) * TAP;
    }

    /** Copies taps to {@code [in LANES, 9, out LANES]}, those of padding lanes as 0. */
    private void gather(MemorySegment weight, int firstOut, int firstIn, MemorySegment to) {
        int ins = Math.min(LANES, shape.in() - firstIn);
        int outs = Math.min(LANES, shape.out() - firstOut);
        if (ins < LANES || outs < LANES) {
            VectorRows.clear(to.address(), 0, TAPS * LANES, 1);
        }
        if (rotated) {
            for (int i = 0; i < ins * TAPS; i++) {
                long from = plain(firstOut, firstIn + i / TAPS) + (long) (TAPS - 1 - i % TAPS) * Float.BYTES;
                copy(weight, from, TAPS, to, (long) i * LANES * Float.BYTES, 1, outs);
            }
        } else {
            for (int out = 0; out < outs; out++) {
                long at = (long) out * Float.BYTES;
                copy(weight, plain(firstOut + out, firstIn), 1, to, at, LANES, ins * TAPS);
            }
        }
    }

    /** Copies taps from {@code [in LANES, 9, out LANES]}, apart from those of padding lanes. */
    private void scatter(MemorySegment from, MemorySegment weight, int firstOut, int firstIn) {
        int ins = Math.min(LANES, shape.in() - firstIn);
        int outs = Math.min(LANES, shape.out() - firstOut);
        for (int out = 0; out < outs; out++) {
            long at = (long) out * Float.BYTES;
            copy(from, at, LANES, weight, plain(firstOut + out, firstIn), 1, ins * TAPS);
        }
    }

    /** Copies elements that stand every so many elements. */
    private static void copy(
            MemorySegment from, long at, int step, MemorySegment to, long toAt, int toStep, int elements) {
        for (int i = 0; i < elements; i++) {
            float value = from.get(JAVA_FLOAT_UNALIGNED, at + (long) i * step * Float.BYTES);
            to.set(JAVA_FLOAT_UNALIGNED, toAt + (long) i * toStep * Float.BYTES, value);
        }
    }

    /** Where the taps of two channels begin in the plain weight, in bytes. */
    private long plain(int out, int in) {
        long pair = rotated ? (long) in * shape.out() + out : (long) out * shape.in() + in;
        return pair * TAPS * Float.BYTES;
    }
}
