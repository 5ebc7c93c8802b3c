package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a weight by Winograd's filtering: the factors of the input times those of the result's gradient, summed
 * over all tiles, are the gradient of the weight's factors.
 */
final class WinogradWeightGradient implements Runnable {
    private final WorkerPool pool;
    private final WinogradGradientPlan plan;
    private final WinogradShape shape;
    private final WinogradWeights weights;
    private final WinogradFactors inputs;
    private final WinogradFactors gradients;
    private final long panelSums;
    private final MemorySegment x;
    private final MemorySegment gradient;
    private final MemorySegment result;
    private final MemorySegment[] sums;
    private final MemorySegment[] work;
    private final WorkerPool.Task products = this::products;
    private final WorkerPool.Task weight = this::weight;

    /**
     * A gradient.
     *
     * @param pool the threads
     * @param x the input in blocks
     * @param gradient the gradient of the result in blocks
     * @param result the gradient of the weight in row-major order
     * @param sums the memory of each part: {@code plan.sumBytes()}
     * @param work the memory of each worker: {@code plan.bytes()}
     */
    WinogradWeightGradient(
            WorkerPool pool,
            WinogradGradientPlan plan,
            MemorySegment x,
            MemorySegment gradient,
            MemorySegment result,
            MemorySegment[] sums,
            MemorySegment[] work) {
        this.pool = pool;
        this.plan = plan;
        this.shape = plan.shape();
        this.weights = new WinogradWeights(shape, false);
        this.inputs = plan.inputs();
        this.gradients = plan.gradients();
        this.panelSums = plan.panelSums();
        this.x = x;
        this.gradient = gradient;
        this.result = result;
        this.sums = sums;
        this.work = work;
    }

    @Override
    public void run() {
        pool.run(plan.parts() * plan.ranges(), products);
        pool.run(shape.outBlocks() * shape.inBlocks(), weight);
    }

    /** Sums the products of one part of the tiles for a range of output channels. */
    private void products(int task, int slot) {
        int part = task / plan.ranges();
        int firstBlock = task % plan.ranges() * plan.blocksEach();
        int blocks = Math.min(plan.blocksEach(), shape.outBlocks() - firstBlock);
        int begin = part * plan.tilesEach();
        int end = Math.min(shape.tiles(), begin + plan.tilesEach());
        for (int first = begin; first < end; first += plan.tiles()) {
            int tiles = Math.min(plan.tiles(), end - first);
            inputs.transform(x, first, tiles, 0, shape.inBlocks(), work[slot].address());
            gradients.transform(gradient, first, tiles, firstBlock, blocks, work[slot].address() + inputs.bytes());
            for (int i = 0; i < shape.products(); i++) {
                long v = i * inputs.plane();
                long g = inputs.bytes() + i * gradients.plane();
                for (int k = 0; k < blocks; k += 2) {
                    long at = i * weights.plane(firstBlock + k) + weights.place(firstBlock + k, 0);
                    long from = g + (long) k * plan.tiles() * BYTES;
                    multiply(v, from, Math.min(2, blocks - k), tiles, sums[part], at, first == begin, work[slot]);
                }
            }
        }
    }

    /** The products for one panel: the first ones of a part, or added to those before. */
    private void multiply(
            long v, long g, int vectors, int tiles, MemorySegment to, long at, boolean first, MemorySegment w) {
        long block = (long) plan.tiles() * BYTES;
        long own = (long) LANES * vectors * BYTES;
        for (int c = 0; c < shape.inBlocks(); c++) {
            long target = first ? to.address() + at : w.address() + panelSums;
            WinogradSums.run(vectors, w.address() + v + c * block, w.address() + g, block, tiles, target + c * own);
        }
        if (!first) {
            add(w, panelSums, to, at, BYTES, shape.inBlocks() * LANES * vectors);
        }
    }

    /** Adds vectors to others, of which one stands every {@code step} bytes. */
    private static void add(MemorySegment from, long at, MemorySegment to, long toAt, long step, int vectors) {
        for (int i = 0; i < vectors; i++) {
            long p = toAt + i * step;
            FloatVector.fromMemorySegment(S, to, p, ORDER)
                    .add(FloatVector.fromMemorySegment(S, from, at + i * step, ORDER))
                    .intoMemorySegment(to, p, ORDER);
        }
    }

    /** Adds up the parts for a block of output channels and one of input channels, and transforms the sums. */
    private void weight(int task, int slot) {
        int outBlock = task % shape.outBlocks();
        int inBlock = task / shape.outBlocks();
        long step = (long) weights.vectors(outBlock) * BYTES;
        for (int i = 0; i < shape.products(); i++) {
            long at = i * weights.plane(outBlock) + weights.place(outBlock, inBlock);
            for (int part = 1; part < plan.parts(); part++) {
                add(sums[part], at, sums[0], at, step, LANES);
            }
        }
        weights.unpack(sums[0], result, outBlock, inBlock, work[slot]);
    }
}
