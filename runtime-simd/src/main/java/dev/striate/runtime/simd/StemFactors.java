package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static dev.striate.runtime.simd.StemShape.CHANNELS;
import static dev.striate.runtime.simd.StemShape.EDGE;
import static dev.striate.runtime.simd.StemShape.M;
import static dev.striate.runtime.simd.StemShape.PRODUCTS;
import static dev.striate.runtime.simd.StemShape.ROWS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The factors of tiles of an image that stand side by side, {@code [PRODUCTS, tiles, LANES]}, in a worker's memory. Columns
 * are transformed first, as the image lies; then each place's elements are put together; then rows are transformed.
 */
final class StemFactors {
    /** Places whose elements are put together at a time: those of which a vector has two elements each. */
    private static final int AT_ONCE = LANES / 2;

    private static final FloatVector LOW = FloatVector.fromArray(S, pairs(0), 0);
    private static final FloatVector HIGH = FloatVector.fromArray(S, pairs(AT_ONCE / 2), 0);

    private final StemShape shape;
    /** The distance of two planes: of the factors of one product each. */
    private final long plane;
    /** Where places are, {@code [EDGE, places, LANES]}, and behind them those that are more than there are. */
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
        columns = places + ((long) EDGE * placesOf(tiles) + AT_ONCE - 1) * BYTES;
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

    /**
     * Puts the elements of places together: two that stand side by side in each of so many rows. Takes {@link #AT_ONCE} places at
     * a time, of which the last ones may be more than there are.
     */
    private static void gather(long from, long pitch, long to, int places) {
        for (int i = 0; i < places; i += AT_ONCE) {
            long x = from + 2L * Float.BYTES * i;
            long y = to + (long) i * BYTES;
            FloatVector row0 = load(x);
            FloatVector row1 = load(x + pitch);
            FloatVector row2 = load(x + 2 * pitch);
            FloatVector row3 = load(x + 3 * pitch);
            FloatVector row4 = load(x + 4 * pitch);
            FloatVector row5 = load(x + 5 * pitch);
            FloatVector a0 = LOW.selectFrom(row0, row4);
            FloatVector a1 = HIGH.selectFrom(row0, row4);
            FloatVector a2 = LOW.selectFrom(row1, row5);
            FloatVector a3 = HIGH.selectFrom(row1, row5);
            FloatVector a4 = LOW.selectFrom(row2, row2); // with nothing, in fact
            FloatVector a5 = HIGH.selectFrom(row2, row2);
            FloatVector a6 = LOW.selectFrom(row3, row3);
            FloatVector a7 = HIGH.selectFrom(row3, row3);
            FloatVector b0 = LOW.selectFrom(a0, a4);
            FloatVector b1 = HIGH.selectFrom(a0, a4);
            FloatVector b2 = LOW.selectFrom(a1, a5);
            FloatVector b3 = HIGH.selectFrom(a1, a5);
            FloatVector b4 = LOW.selectFrom(a2, a6);
            FloatVector b5 = HIGH.selectFrom(a2, a6);
            FloatVector b6 = LOW.selectFrom(a3, a7);
            FloatVector b7 = HIGH.selectFrom(a3, a7);
            store(LOW.selectFrom(b0, b4), y);
            store(HIGH.selectFrom(b0, b4), y + BYTES);
            store(LOW.selectFrom(b1, b5), y + 2L * BYTES);
            store(HIGH.selectFrom(b1, b5), y + 3L * BYTES);
            store(LOW.selectFrom(b2, b6), y + 4L * BYTES);
            store(HIGH.selectFrom(b2, b6), y + 5L * BYTES);
            store(LOW.selectFrom(b3, b7), y + 6L * BYTES);
            store(HIGH.selectFrom(b3, b7), y + 7L * BYTES);
        }
    }

    private static FloatVector load(long at) {
        return FloatVector.fromMemorySegment(S, MEMORY, at & ADDRESS, ORDER);
    }

    private static void store(FloatVector v, long at) {
        v.intoMemorySegment(MEMORY, at & ADDRESS, ORDER);
    }

    /** From pair {@code first} on, pairs of elements of one vector and of a second by turns: their numbers. */
    private static float[] pairs(int first) {
        float[] numbers = new float[LANES];
        for (int i = 0; i < LANES; i++) {
            numbers[i] = 2 * first + i / 4 * 2 + i % 2 + i / 2 % 2 * LANES;
        }
        return numbers;
    }
}
