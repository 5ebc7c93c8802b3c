package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The sums of a weight gradient that a part has to do with, added up band by band in the workspace. */
abstract class WeightGradientTiles {
    final WeightGradientPlan plan;
    final DirectSums sums;
    final Tensor x;
    final Tensor dy;
    final MemorySegment workspace;

    /**
     * Of given operands.
     *
     * @param x the input of the convolution
     * @param dy the gradient of its output, in blocks
     */
    WeightGradientTiles(WeightGradientPlan plan, Tensor x, Tensor dy, MemorySegment workspace) {
        this.plan = plan;
        this.sums = plan.sums();
        this.x = x;
        this.dy = dy;
        this.workspace = workspace;
    }

    /** Computes a part. */
    final void part(int part, int slot) {
        int chunk = part % plan.chunks();
        int first = part / plan.chunks() * plan.pairsEach();
        int end = Math.min(plan.pairs(), first + plan.pairsEach());
        zero(workspace, plan.sumsOf(chunk, first), plan.sumsOf(chunk, end));
        for (int band = plan.firstBand(chunk); band < plan.firstBand(chunk + 1); band++) {
            band(band / plan.bands() * plan.bandImages(), band % plan.bands(), chunk, first, end, slot);
        }
    }

    /** Adds a band of some images, the first of which is {@code image}, to the sums of some pairs. */
    abstract void band(int image, int band, int chunk, int firstPair, int endPair, int slot);

    /** Where a worker's memory begins in the workspace. */
    final long slotAt(int slot) {
        return plan.partialBytes() + slot * plan.slotBytes();
    }

    /** Where an image's pair of blocks begins in the gradient of the output. */
    final long gradientAt(int image, int pair) {
        return planeBytes() * ((long) image * sums.outBlocks() + plan.firstBlock(pair));
    }

    /** Bytes from a block of the gradient of the output to the next. */
    final long planeBytes() {
        return (long) BYTES * sums.rows().out() * sums.columns().out();
    }

    /** Adds the vectors of a tile's sum to those of the part. */
    final void add(long tile, long to, int vectors) {
        for (int i = 0; i < vectors; i++) {
            long offset = (long) i * BYTES;
            FloatVector.fromMemorySegment(S, workspace, to + offset, ORDER)
                    .add(FloatVector.fromMemorySegment(S, workspace, tile + offset, ORDER))
                    .intoMemorySegment(workspace, to + offset, ORDER);
        }
    }

    private static void zero(MemorySegment memory, long from, long to) {
        FloatVector zero = FloatVector.zero(S);
        for (long at = from; at < to; at += BYTES) {
            zero.intoMemorySegment(memory, at, ORDER);
        }
    }
}
