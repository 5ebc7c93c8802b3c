package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.StemShape.CHANNELS;
import static dev.striate.runtime.simd.StemShape.EDGE;
import static dev.striate.runtime.simd.StemShape.M;
import static dev.striate.runtime.simd.StemShape.PRODUCTS;
import static dev.striate.runtime.simd.StemShape.ROWS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * The factors of tiles of an image that stand side by side, {@code [PRODUCTS, tiles, LANES]}, in a worker's memory. Columns
 * are transformed first, as the image lies; then each place's elements are put together; then rows are transformed.
 */
final class StemFactors {
    private final StemShape shape;
    /** The distance of two planes: of the factors of one product each. */
    private final long plane;
    /** Where places are, {@code [EDGE, places, LANES]}. */
    private final long places;
    /** Where columns are that have been transformed, {@code [EDGE, ROWS, pitch]}. */
    private final long columns;
    /** Where rows of the image are copied to that are partly outside of it, {@code [EDGE, pitch]}. */
    private final long outside;
    /** Bytes of a row. */
    private final long pitch;

    private final long bytes;

    /** Factors of at most so many tiles. */
    StemFactors(StemShape shape, int tiles) {
        this.shape = shape;
        plane = (long) tiles * BYTES + WinogradFactors.SKEW;
        places = PRODUCTS * plane;
        columns = places + (long) EDGE * placesOf(tiles) * BYTES;
        pitch = 2L * Float.BYTES * placesOf(tiles) + 2L * BYTES;
        outside = columns + EDGE * ROWS * pitch;
        bytes = Math.ceilDiv(outside + EDGE * pitch, WinogradFactors.SKEW) * WinogradFactors.SKEW;
    }

    /** Places in a row under so many tiles. */
    private static int placesOf(int tiles) {
        return M * tiles + EDGE - M;
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
     * @param x the images
     * @param image which one
     * @param row the row of tiles
     * @param first the first tile of it
     * @param tiles how many
     * @param own memory of {@link #bytes}
     */
    void transform(MemorySegment x, int image, int row, int first, int tiles, MemorySegment own) {
        int width = 2 * placesOf(tiles);
        int firstColumn = 2 * M * first - shape.left();
        int before = Math.clamp(-firstColumn, 0, width);
        int inside = Math.clamp(shape.w() - firstColumn, before, width) - before;
        long base = own.address();
        if (inside > 0) {
            columns(x, image, row, firstColumn + before, inside, own, base + columns + (long) before * Float.BYTES);
        }
        clear(base + columns, before);
        clear(base + columns + (long) (before + inside) * Float.BYTES, width - before - inside);
        int places = placesOf(tiles);
        for (int i = 0; i < EDGE; i++) {
            gather(
                    base + columns + (long) i * ROWS * pitch,
                    pitch,
                    base + this.places + (long) i * places * BYTES,
                    places);
        }
        long line = (long) places * BYTES;
        long next = M * (long) BYTES;
        StemTransforms.input(base + this.places, BYTES, next, line, base, plane, EDGE * plane, tiles, EDGE);
    }

    /** Transforms the columns of all channels and parities of rows, from {@code firstColumn} on. */
    private void columns(
            MemorySegment x, int image, int tileRow, int firstColumn, int inside, MemorySegment own, long to) {
        for (int i = 0; i < ROWS; i++) {
            int row = 2 * M * tileRow + i / CHANNELS - shape.top();
            long plain = ((long) image * CHANNELS + i % CHANNELS) * shape.h() * shape.w();
            long from = (plain + (long) row * shape.w() + firstColumn) * Float.BYTES;
            columns(x, from, row, inside, own, to + i * pitch);
        }
    }

    /** Transforms the columns of one channel and parity of rows, of which the first is {@code firstRow}. */
    private void columns(MemorySegment x, long from, int firstRow, int inside, MemorySegment own, long to) {
        long step = 2L * shape.w() * Float.BYTES;
        long source = x.address() + from;
        if (firstRow < 0 || firstRow + 2 * (EDGE - 1) >= shape.h() || inside < LANES) {
            source = own.address() + outside;
            for (int i = 0; i < EDGE; i++) {
                int row = firstRow + 2 * i;
                if (row >= 0 && row < shape.h()) {
                    MemorySegment.copy(x, from + i * step, own, outside + i * pitch, (long) inside * Float.BYTES);
                } else {
                    VectorRows.clear(source + i * pitch, 0, Math.ceilDiv(inside, LANES), 1);
                }
            }
            step = pitch;
        }
        int vectors = Math.max(1, inside / LANES); // a row has room behind it
        columns(source, step, to, vectors);
        if (inside > vectors * LANES) {
            long last = (long) (inside - LANES) * Float.BYTES;
            columns(source + last, step, to + last, 1);
        }
    }

    private void columns(long from, long step, long to, int vectors) {
        StemTransforms.input(from, step, BYTES, 0, to, ROWS * pitch, 0, vectors, 1);
    }

    /** Clears so many elements of all rows of transformed columns. */
    private void clear(long to, int elements) {
        for (int row = 0; row < EDGE * ROWS; row++) {
            for (int i = 0; i < elements; i++) {
                MEMORY.set(JAVA_FLOAT_UNALIGNED, (to + row * pitch + (long) i * Float.BYTES) & ADDRESS, 0);
            }
        }
    }

    /** Puts the elements of places together: two that stand side by side in each of so many rows. */
    private static void gather(long from, long pitch, long to, int places) {
        for (int i = 0; i < places; i++) {
            long x = from + 2L * Float.BYTES * i;
            long y = to + (long) i * BYTES;
            for (int row = 0; row < ROWS; row++) {
                long pair = MEMORY.get(JAVA_LONG_UNALIGNED, (x + row * pitch) & ADDRESS);
                MEMORY.set(JAVA_LONG_UNALIGNED, (y + row * (long) Long.BYTES) & ADDRESS, pair);
            }
        }
    }
}
