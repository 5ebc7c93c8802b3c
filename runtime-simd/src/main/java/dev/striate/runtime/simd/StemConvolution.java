package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.StemShape.EDGE;
import static dev.striate.runtime.simd.StemShape.M;

import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The convolution of a stem, from images in row-major order to blocks of channels. A task is a part of a row of tiles, or all
 * of it where pooling follows.
 */
final class StemConvolution implements Runnable, WorkerPool.Task {
    /** The most tiles of a task: their factors and products stay in the second cache. */
    private static final int MOST = 24;

    private final WorkerPool pool;
    private final StemShape shape;
    private final StemWeights factorsOfWeight;
    private final StemFactors factors;
    private final MemorySegment x;
    private final MemorySegment y;
    private final Packed weights;
    private final Epilogue epilogue;
    private final @Nullable StemPooling pooling;
    private final MemorySegment[] work;
    private final int tiles;
    /** Where the rows of a block that are pooled next are in a worker's memory. */
    private final long band;
    /** Tasks of a row of tiles. */
    private final int parts;
    /** Of the current run. */
    private long u;

    /**
     * A convolution.
     *
     * @param pool the threads
     * @param tiles of a task; the last one of a row may have fewer
     * @param x the images
     * @param weights the weight as {@link StemWeights} packs it
     * @param y the result where no pooling follows; else not used
     * @param epilogue what follows
     * @param pooling what follows that; null for nothing
     * @param work the memory of each worker: {@link #bytes}, and {@link #bandBytes} for pooling
     */
    StemConvolution(
            WorkerPool pool,
            StemShape shape,
            int tiles,
            MemorySegment x,
            Packed weights,
            MemorySegment y,
            Epilogue epilogue,
            @Nullable StemPooling pooling,
            MemorySegment[] work) {
        this.pool = pool;
        this.shape = shape;
        this.x = x;
        this.weights = weights;
        this.y = y;
        this.epilogue = epilogue;
        this.pooling = pooling;
        this.work = work;
        factorsOfWeight = new StemWeights(shape);
        this.tiles = tiles;
        band = bytes(shape, tiles);
        parts = Math.ceilDiv(shape.tilesInRow(), tiles);
        factors = new StemFactors(shape, tiles);
    }

    /** Good tiles of a task, as many in all of a row. */
    static int tiles(StemShape shape) {
        return Math.ceilDiv(shape.tilesInRow(), Math.ceilDiv(shape.tilesInRow(), MOST));
    }

    /** The memory of a worker, in bytes: factors; a column of products of two blocks; all of them after one transform. */
    static long bytes(StemShape shape, int tiles) {
        return new StemFactors(shape, tiles).bytes() + 2L * (EDGE + M * EDGE) * tiles * BYTES;
    }

    /** The memory of a worker for the rows of a block that are pooled next, in bytes. */
    static long bandBytes(StemShape shape) {
        return (long) M * shape.outW() * BYTES;
    }

    @Override
    public void run() {
        epilogue.prepare();
        if (pooling != null) {
            pooling.prepare();
        }
        u = weights.current().address();
        pool.run(shape.images() * shape.tilesInColumn() * parts, this);
    }

    @Override
    public void run(int task, int slot) {
        int image = task / parts / shape.tilesInColumn();
        int row = task / parts % shape.tilesInColumn();
        int first = task % parts * tiles;
        int count = Math.min(tiles, shape.tilesInRow() - first);
        factors.transform(x, image, row, first, count, work[slot]);
        for (int pair = 0; pair < shape.pairs(); pair++) {
            multiply(pair, count, work[slot].address());
            finish(image, row, first, count, 2 * pair, slot);
            finish(image, row, first, count, 2 * pair + 1, slot);
        }
        if (pooling != null) {
            pooling.meet(image, row);
        }
    }

    /**
     * The products of two blocks, column by column: each, {@code [EDGE, 2, tiles, LANES]}, is transformed while it is in the
     * nearest cache, to {@code [M, EDGE, 2, tiles, LANES]} in all.
     */
    private void multiply(int pair, int count, long own) {
        long column = own + factors.bytes();
        long lines = column + 2L * EDGE * tiles * BYTES;
        long step = 2L * count * BYTES;
        for (int j = 0; j < EDGE; j++) {
            long weight = u + j * factorsOfWeight.plane() + pair * StemWeights.panel();
            long v = own + j * factors.plane();
            StemProduct.run(weight, EDGE * factorsOfWeight.plane(), v, EDGE * factors.plane(), column, count);
            StemTransforms.output(column, step, 0, lines + j * step, EDGE * step, 0, 2 * count, 1);
        }
    }

    /** Transforms a block along rows, and does what follows. */
    private void finish(int image, int tileRow, int first, int count, int block, int slot) {
        int row = M * tileRow;
        int rows = Math.min(M, shape.outH() - row);
        int columns = Math.min(M * count, shape.outW() - M * first);
        int pixel = row * shape.outW() + M * first;
        long lines = work[slot].address() + factors.bytes() + 2L * EDGE * tiles * BYTES;
        long from = lines + (long) block % 2 * count * BYTES;
        long step = 2L * count * BYTES;
        long line = (long) shape.outW() * BYTES;
        if (pooling != null) {
            epilogue.finish(M, from, step, EDGE * step, work[slot].address() + band, line, columns, rows, block);
            pooling.take(image, tileRow, block, work[slot], band);
            return;
        }
        long map = ((long) image * shape.out() / LANES + block) * shape.outH() * shape.outW();
        epilogue.finish(M, from, step, EDGE * step, y.address() + (map + pixel) * BYTES, line, columns, rows, block);
        for (int i = 0; i < rows; i++) {
            epilogue.applyRest(image, block, pixel + i * shape.outW(), columns, slot);
        }
    }
}
