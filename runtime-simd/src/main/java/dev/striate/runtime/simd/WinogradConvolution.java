package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;

/** A convolution by Winograd's minimal filtering, over values in blocks of channels. */
final class WinogradConvolution implements Runnable, WorkerPool.Task {
    private final WorkerPool pool;
    private final WinogradPlan plan;
    private final WinogradShape shape;
    private final WinogradFactors factors;
    private final MemorySegment x;
    private final MemorySegment y;
    private final Packed weights;
    /** Where the weight has what, the same for both directions. */
    private final WinogradWeights layout;

    private final Epilogue epilogue;
    private final MemorySegment[] work;
    /** How far the factors of each channel are from those of the first. */
    private final int[] steps;
    /** Places in a worker's memory, in bytes: of the products, of tiles after one transform. */
    private final long results;

    private final long tiles;
    /** The distance of two planes of products. */
    private final long resultPlane;
    /** Of the current run. */
    private long u;

    /**
     * A convolution.
     *
     * @param pool the threads
     * @param x the input
     * @param weights the weight as {@link WinogradWeights} packs it
     * @param y the result
     * @param epilogue what follows
     * @param work the memory of each worker: {@code plan.bytes()}
     */
    WinogradConvolution(
            WorkerPool pool,
            WinogradPlan plan,
            MemorySegment x,
            Packed weights,
            MemorySegment y,
            Epilogue epilogue,
            MemorySegment[] work) {
        this.pool = pool;
        this.plan = plan;
        this.shape = plan.shape();
        this.factors = plan.factors();
        this.x = x;
        this.weights = weights;
        this.layout = new WinogradWeights(shape, false);
        this.y = y;
        this.epilogue = epilogue;
        this.work = work;
        results = plan.results();
        tiles = plan.transformed();
        resultPlane = plan.resultPlane();
        steps = WinogradProduct.steps(shape.inBlocks() * LANES, plan.tiles());
    }

    @Override
    public void run() {
        epilogue.prepare();
        u = weights.current().address();
        pool.run(plan.tasks(), this);
    }

    @Override
    public void run(int task, int slot) {
        int first = task / plan.outParts() * plan.tiles();
        int count = Math.min(plan.tiles(), shape.tiles() - first);
        int firstBlock = task % plan.outParts() * plan.outBlocks();
        int blocks = Math.min(plan.outBlocks(), shape.outBlocks() - firstBlock);
        long own = work[slot].address();
        factors.transform(x, first, count, 0, shape.inBlocks(), own);
        for (int k = firstBlock; k < firstBlock + blocks; k += 2) {
            int vectors = layout.vectors(k);
            multiply(count, k, vectors, own);
            finish(first, count, k, vectors, slot);
        }
    }

    /** The products of one or two blocks, which stay in the nearest caches until they are transformed. */
    private void multiply(int count, int firstBlock, int vectors, long own) {
        long block = (long) plan.tiles() * BYTES;
        long weight = u + layout.place(firstBlock, 0);
        for (int i = 0; i < shape.products(); i++) {
            long panel = weight + i * layout.plane(firstBlock);
            long v = own + i * factors.plane();
            WinogradProduct.run(vectors, panel, v, steps, own + results + i * resultPlane, block, count);
        }
    }

    private void finish(int first, int count, int firstBlock, int blocks, int slot) {
        int side;
        for (int done = 0; done < count; done += side) {
            side = shape.sideBySide(first + done, count - done);
            finish(first + done, done, side, firstBlock, blocks, slot);
        }
    }

    /** Transforms the products of tiles that stand side by side, block by block, and does what follows. */
    private void finish(int number, int place, int side, int firstBlock, int blocks, int slot) {
        int row = shape.row(number);
        int rows = Math.min(shape.m(), shape.outH() - row);
        int column = shape.column(number);
        int columns = Math.min(side * shape.m(), shape.outW() - column);
        int image = shape.image(number);
        int pixel = row * shape.outW() + column;
        for (int block = 0; block < blocks; block++) {
            int channels = firstBlock + block;
            long plane = ((long) image * shape.outBlocks() + channels) * shape.outH() * shape.outW();
            long from = results + ((long) block * plan.tiles() + place) * BYTES;
            pixels(work[slot].address(), from, side, y.address() + (plane + pixel) * BYTES, rows, columns, channels);
            if (columns == shape.outW()) {
                epilogue.applyRest(image, channels, pixel, rows * columns, slot);
                continue;
            }
            for (int i = 0; i < rows; i++) {
                epilogue.applyRest(image, channels, pixel + i * shape.outW(), columns, slot);
            }
        }
    }

    /** Transforms along columns, then along rows, each for all tiles at a time. */
    private void pixels(long own, long from, int side, long to, int rows, int columns, int channels) {
        int m = shape.m();
        int edge = shape.edge();
        long step = (long) side * BYTES;
        long lines = own + tiles;
        WinogradTransforms.output(m, own + from, edge * resultPlane, resultPlane, lines, edge * step, step, side, edge);
        epilogue.finish(m, lines, step, edge * step, to, (long) shape.outW() * BYTES, columns, rows, channels);
    }
}
