package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.StemShape.M;

import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The largest elements of windows of a stem's result, which is never there as a whole: each row of tiles is pooled while
 * it is in a near cache. A window that reaches into the next row of tiles has an upper part, whose largest element goes to
 * the result, and a lower one, whose goes to memory of its own; who of both is done last puts them together.
 */
final class StemPooling {
    private final BlockWindows windows;
    private final int blocks;
    private final MemorySegment y;
    private final MemorySegment lower;
    /** For each row of windows, how many before it have two parts. */
    private final int[] divided;
    /** For each image and row of windows that have two parts, how many of them are done. */
    private final AtomicIntegerArray done;

    /**
     * The pooling of a convolution's result.
     *
     * @param y the result, in blocks
     * @param lower memory of {@link #bytes}
     */
    StemPooling(StemShape shape, Pool pool, MemorySegment y, MemorySegment lower) {
        windows = windows(shape, pool);
        blocks = shape.out() / LANES;
        this.y = y;
        this.lower = lower;
        divided = divided(windows);
        done = new AtomicIntegerArray(shape.images() * windows.grid.outH());
    }

    /** Whether it is by the largest elements, of windows of which none has more than two parts or is wholly in the padding. */
    static boolean fits(StemShape shape, Pool pool) {
        BlockWindows windows = windows(shape, pool);
        return pool.kind() == Pool.Kind.MAX
                && windows.grid.dilationH() == 1 // else rows of a window do not follow one another
                && windows.grid.kernelH() <= M + 1
                && !windows.hasEmpty();
    }

    /** The memory for lower parts, in bytes. */
    static long bytes(StemShape shape, Pool pool) {
        BlockWindows windows = windows(shape, pool);
        return (long) shape.images() * divided(windows)[windows.grid.outH()] * shape.out() / LANES * rowBytes(windows);
    }

    private static BlockWindows windows(StemShape shape, Pool pool) {
        return new BlockWindows(Grid.of(pool.window(), shape.outH(), shape.outW()), false);
    }

    private static int[] divided(BlockWindows windows) {
        int[] divided = new int[windows.grid.outH() + 1];
        for (int row = 0; row < windows.grid.outH(); row++) {
            divided[row + 1] = divided[row] + (topOf(windows, row) / M < windows.lastRow(row) / M ? 1 : 0);
        }
        return divided;
    }

    private static int topOf(BlockWindows windows, int row) {
        return windows.lastRow(row) + 1 - windows.rows(row);
    }

    private static long rowBytes(BlockWindows windows) {
        return (long) windows.grid.outW() * BYTES;
    }

    /** Begins a run. */
    void prepare() {
        for (int i = 0; i < done.length(); i++) {
            done.setPlain(i, 0);
        }
    }

    /**
     * Pools rows of the convolution's result, in one block.
     *
     * @param tileRow the row of tiles that they are
     * @param x where they are, the first {@code from} bytes behind its beginning
     */
    void take(int image, int tileRow, int block, MemorySegment x, long from) {
        int begin = M * tileRow;
        int end = Math.min(begin + M, windows.grid.h());
        for (int row = firstReaching(begin); row < windows.grid.outH() && topOf(windows, row) < end; row++) {
            int top = Math.max(begin, topOf(windows, row));
            int bottom = Math.min(end, windows.lastRow(row) + 1);
            long at = from + (long) (top - begin) * windows.rowStep;
            if (top == topOf(windows, row)) {
                PoolLoops.max(windows, bottom - top, x, at, y, windows.result(image * blocks + block, row));
            } else {
                PoolLoops.max(windows, bottom - top, x, at, lower, lower(image, block, row));
            }
        }
    }

    /** The first row of windows that reach a row of what is pooled, or rows behind it. */
    private int firstReaching(int of) {
        int row = Math.max(0, of / windows.grid.strideH() - windows.grid.kernelH());
        while (row < windows.grid.outH() && windows.lastRow(row) < of) {
            row++;
        }
        return row;
    }

    private long lower(int image, int block, int row) {
        int rows = divided[windows.grid.outH()];
        return ((long) (image * blocks + block) * rows + divided[row]) * rowBytes(windows);
    }

    /**
     * Called when a row of tiles has been pooled in all blocks: puts the parts of those windows together of which the other one,
     * in the row of tiles before or behind, is done already.
     */
    void meet(int image, int tileRow) {
        int begin = M * tileRow;
        int end = Math.min(begin + M, windows.grid.h());
        for (int row = firstReaching(begin); row < windows.grid.outH() && topOf(windows, row) < end; row++) {
            boolean isDivided = divided[row] < divided[row + 1];
            if (isDivided && done.getAndIncrement(image * windows.grid.outH() + row) > 0) {
                for (int block = 0; block < blocks; block++) {
                    long at = windows.result(image * blocks + block, row);
                    PoolLoops.larger(lower, lower(image, block, row), y, at, windows.grid.outW());
                }
            }
        }
    }
}
