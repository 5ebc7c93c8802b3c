package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;

import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.WorkerPool;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** A convolution by Winograd's minimal filtering, over values in blocks of channels. */
final class WinogradConvolution implements Runnable, WorkerPool.Task {
    private final WorkerPool pool;
    private final WinogradPlan plan;
    private final WinogradShape shape;
    private final MemorySegment x;
    private final MemorySegment y;
    private final Packed weights;
    private final Epilogue epilogue;
    private final MemorySegment[] work;
    /** Of the current run. */
    private MemorySegment u = MemorySegment.NULL;

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
        this.x = x;
        this.weights = weights;
        this.y = y;
        this.epilogue = epilogue;
        this.work = work;
    }

    @Override
    public void run() {
        epilogue.prepare();
        u = weights.current();
        pool.run(plan.tasks(), this);
    }

    @Override
    public void run(int task, int slot) {
        int first = task / plan.outParts() * plan.tiles();
        int tiles = Math.min(plan.tiles(), shape.tiles() - first);
        int firstBlock = task % plan.outParts() * plan.outBlocks();
        int blocks = Math.min(plan.outBlocks(), shape.outBlocks() - firstBlock);
        transform(first, tiles, work[slot]);
        multiply(tiles, firstBlock, blocks, work[slot]);
        finish(first, tiles, firstBlock, blocks, slot);
    }

    private void transform(int first, int tiles, MemorySegment to) {
        int side;
        for (int done = 0; done < tiles; done += side) {
            side = sideBySide(first + done, tiles - done);
            for (int block = 0; block < shape.inBlocks(); block++) {
                transform(first + done, done, side, block, to);
            }
        }
    }

    private void finish(int first, int tiles, int firstBlock, int blocks, int slot) {
        int side;
        for (int done = 0; done < tiles; done += side) {
            side = sideBySide(first + done, tiles - done);
            for (int block = 0; block < blocks; block++) {
                finish(first + done, done, side, firstBlock, block, slot);
            }
        }
    }

    /** How many tiles from a given one on stand side by side, of so many. */
    private int sideBySide(int tile, int most) {
        return Math.min(most, shape.tilesInRow() - tile % shape.tilesInRow());
    }

    private int image(int tile) {
        return tile / shape.tilesInRow() / shape.tilesInColumn();
    }

    /** The first row of the result in a tile. */
    private int row(int tile) {
        return tile / shape.tilesInRow() % shape.tilesInColumn() * shape.m();
    }

    /** The first column of the result in a tile. */
    private int column(int tile) {
        return tile % shape.tilesInRow() * shape.m();
    }

    /** Transforms tiles that stand side by side, of one block of channels. */
    private void transform(int tile, int place, int side, int block, MemorySegment to) {
        int edge = shape.edge();
        int columns = plan.columns(side);
        int firstColumn = column(tile) - shape.left();
        int before = Math.clamp(-firstColumn, 0, columns);
        int inside = Math.clamp(shape.w() - firstColumn, before, columns) - before;
        int firstRow = row(tile) - shape.top();
        long line = (long) columns * BYTES;
        clear(to, plan.strip(), line, before, edge);
        clear(to, plan.strip() + (long) (before + inside) * BYTES, line, columns - before - inside, edge);
        long strip = plan.strip() + (long) before * BYTES;
        long width = (long) shape.w() * BYTES;
        long plane = ((long) image(tile) * shape.inBlocks() + block) * shape.h() * width;
        long from = plane + firstRow * width + (long) (firstColumn + before) * BYTES;
        if (firstRow >= 0 && firstRow + edge <= shape.h()) {
            WinogradTransforms.input(shape.m(), x, from, width, BYTES, to, strip, line, inside);
        } else {
            for (int i = 0; i < edge; i++) {
                long at = plan.padded() + i * line;
                if (firstRow + i >= 0 && firstRow + i < shape.h()) {
                    copy(x, from + i * width, to, at, inside);
                } else {
                    clear(to, at, line, inside, 1);
                }
            }
            WinogradTransforms.input(shape.m(), to, plan.padded(), line, BYTES, to, strip, line, inside);
        }
        long next = (long) shape.m() * BYTES;
        for (int i = 0; i < edge; i++) {
            long at = plan.factors()
                    + (long) i * edge * plan.factorPlane()
                    + ((long) block * plan.tiles() + place) * BYTES;
            WinogradTransforms.input(
                    shape.m(), to, plan.strip() + i * line, BYTES, next, to, at, plan.factorPlane(), side);
        }
    }

    private static void clear(MemorySegment to, long at, long next, int vectors, int lines) {
        FloatVector zero = FloatVector.zero(S);
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < vectors; i++) {
                zero.intoMemorySegment(to, at + line * next + (long) i * BYTES, ORDER);
            }
        }
    }

    private static void copy(MemorySegment from, long at, MemorySegment to, long toAt, int vectors) {
        for (int i = 0; i < vectors; i++) {
            FloatVector.fromMemorySegment(S, from, at + (long) i * BYTES, ORDER)
                    .intoMemorySegment(to, toAt + (long) i * BYTES, ORDER);
        }
    }

    private void multiply(int tiles, int firstBlock, int blocks, MemorySegment to) {
        long vector = (long) shape.inBlocks() * LANES * BYTES;
        long block = (long) plan.tiles() * BYTES;
        for (int i = 0; i < shape.products(); i++) {
            long panels = ((long) i * shape.outBlocks() + firstBlock) * vector;
            long v = plan.factors() + i * plan.factorPlane();
            long m = plan.results() + i * plan.resultPlane();
            for (int k = 0; k < blocks; k += 2) {
                WinogradProduct.run(
                        Math.min(2, blocks - k),
                        u,
                        panels + k * vector,
                        to,
                        v,
                        block,
                        shape.inBlocks() * LANES,
                        m + k * block,
                        block,
                        tiles);
            }
        }
    }

    /** Transforms the products of tiles that stand side by side, of one block of channels, and does what follows. */
    private void finish(int tile, int place, int side, int firstBlock, int block, int slot) {
        int row = row(tile);
        int rows = Math.min(shape.m(), shape.outH() - row);
        int column = column(tile);
        long width = (long) shape.outW() * BYTES;
        int image = image(tile);
        int channels = firstBlock + block;
        long plane = ((long) image * shape.outBlocks() + channels) * shape.outH() * width;
        for (int i = 0; i < side; i++) {
            long from = plan.results() + ((long) block * plan.tiles() + place + i) * BYTES;
            int left = column + i * shape.m();
            pixels(
                    from,
                    work[slot],
                    plane + row * width + (long) left * BYTES,
                    rows,
                    Math.min(shape.m(), shape.outW() - left));
        }
        int columns = Math.min(side * shape.m(), shape.outW() - column);
        for (int i = 0; i < rows; i++) {
            epilogue.apply(image, channels, (row + i) * shape.outW() + column, columns, slot);
        }
    }

    private void pixels(long from, MemorySegment w, long to, int rows, int columns) {
        int m = shape.m();
        int edge = shape.edge();
        long width = (long) shape.outW() * BYTES;
        long line = (long) edge * BYTES;
        WinogradTransforms.output(
                m, w, from, edge * plan.resultPlane(), plan.resultPlane(), w, plan.tile(), line, BYTES, edge);
        if (columns == m) {
            WinogradTransforms.output(m, w, plan.tile(), BYTES, line, y, to, BYTES, width, rows);
            return;
        }
        long pixel = (long) m * BYTES;
        WinogradTransforms.output(m, w, plan.tile(), BYTES, line, w, plan.pixels(), BYTES, pixel, rows);
        for (int i = 0; i < rows; i++) {
            copy(w, plan.pixels() + i * pixel, y, to + i * width, columns);
        }
    }
}
