package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

import java.lang.foreign.MemorySegment;

/** The factors of tiles of a feature map, {@code [products, blocks, tiles, LANES]}, in a worker's memory. */
final class WinogradFactors {
    /** Bytes by which one plane is longer than its content, so that planes do not collide in caches. */
    static final int SKEW = 64;

    private final WinogradShape shape;
    private final boolean ofGradient;
    private final int tiles;
    /** The distance of two planes: of the factors of one product each. */
    private final long plane;
    /** Rows of the map that are partly outside get to {@code [extent, columns, LANES]} behind the factors. */
    private final long padded;
    /** The map after the transform of columns, {@code [edge, columns, LANES]}. */
    private final long strip;

    private final long bytes;

    /**
     * Factors.
     *
     * @param shape the convolution
     * @param ofGradient whether the map is the gradient of the result, in tiles of {@code m} pixels that lie side by side,
     *     instead of the input, in tiles of {@code m + 2} that overlap
     * @param tiles room for so many tiles
     * @param blocks room for so many blocks of channels
     */
    WinogradFactors(WinogradShape shape, boolean ofGradient, int tiles, int blocks) {
        this.shape = shape;
        this.ofGradient = ofGradient;
        this.tiles = tiles;
        long line = (long) columns(Math.min(tiles, shape.tilesInRow())) * BYTES;
        plane = (long) blocks * tiles * BYTES + SKEW;
        padded = shape.products() * plane;
        strip = padded + extent() * line;
        bytes = Math.ceilDiv(strip + shape.edge() * line, SKEW) * SKEW;
    }

    private int extent() {
        return ofGradient ? shape.m() : shape.edge();
    }

    /** Columns of the map under tiles that stand side by side. */
    private int columns(int side) {
        return side * shape.m() + extent() - shape.m();
    }

    private int h() {
        return ofGradient ? shape.outH() : shape.h();
    }

    private int w() {
        return ofGradient ? shape.outW() : shape.w();
    }

    private int mapBlocks() {
        return ofGradient ? shape.outBlocks() : shape.inBlocks();
    }

    /** The distance of two planes: of the factors of one product each. */
    long plane() {
        return plane;
    }

    /** The memory of factors and intermediate results, in bytes. */
    long bytes() {
        return bytes;
    }

    /**
     * Transforms tiles.
     *
     * @param map the feature map
     * @param first the first tile
     * @param count how many
     * @param firstBlock the first block of channels
     * @param blockCount how many
     * @param base the address of the memory of {@link #bytes}
     */
    void transform(MemorySegment map, int first, int count, int firstBlock, int blockCount, long base) {
        int side;
        for (int done = 0; done < count; done += side) {
            side = shape.sideBySide(first + done, count - done);
            transform(map.address(), first + done, side, firstBlock, blockCount, base, base + (long) done * BYTES);
        }
    }

    /** Transforms tiles that stand side by side; what is outside the map is set to 0 once for all blocks of channels. */
    private void transform(long map, int tile, int side, int firstBlock, int blockCount, long base, long at) {
        int columns = columns(side);
        int firstColumn = shape.column(tile) - (ofGradient ? 0 : shape.left());
        int before = Math.clamp(-firstColumn, 0, columns);
        int inside = Math.clamp(w() - firstColumn, before, columns) - before;
        int firstRow = shape.row(tile) - (ofGradient ? 0 : shape.top());
        int above = Math.clamp(-firstRow, 0, extent());
        int rows = Math.clamp(h() - firstRow, above, extent()) - above;
        long line = (long) columns * BYTES;
        long lines = base + strip;
        VectorRows.clear(lines, line, before, shape.edge());
        VectorRows.clear(lines + (long) (before + inside) * BYTES, line, columns - before - inside, shape.edge());
        long edge = base + padded;
        VectorRows.clear(edge, line, inside, above);
        VectorRows.clear(edge + (above + rows) * line, line, inside, extent() - above - rows);
        long width = (long) w() * BYTES;
        long image = (long) shape.image(tile) * mapBlocks();
        long target = lines + (long) before * BYTES;
        for (int block = 0; block < blockCount; block++) {
            long from = map + (((image + firstBlock + block) * h() + firstRow) * w() + firstColumn + before) * BYTES;
            if (rows == extent()) {
                lines(from, width, BYTES, 0, target, line, 0, inside, 1);
            } else {
                VectorRows.copy(from + above * width, BYTES, width, edge + above * line, line, inside, rows);
                lines(edge, line, BYTES, 0, target, line, 0, inside, 1);
            }
            long factors = at + (long) block * tiles * BYTES;
            long row = shape.edge() * plane;
            lines(lines, BYTES, (long) shape.m() * BYTES, line, factors, plane, row, side, shape.edge());
        }
    }

    private void lines(
            long from, long step, long next, long row, long to, long toStep, long toRow, int lines, int rows) {
        if (ofGradient) {
            WinogradTransforms.gradient(shape.m(), from, step, next, row, to, toStep, toRow, lines, rows);
        } else {
            WinogradTransforms.input(shape.m(), from, step, next, row, to, toStep, toRow, lines, rows);
        }
    }
}
