package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.StemShape.CHANNELS;
import static dev.striate.runtime.simd.StemShape.EDGE;
import static dev.striate.runtime.simd.StemShape.PLACE;
import static dev.striate.runtime.simd.StemShape.PRODUCTS;
import static dev.striate.runtime.simd.StemShape.ROWS;
import static dev.striate.runtime.simd.StemShape.WINDOW;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * The factors of a weight {@code [out, 3, 7, 7]}: {@code [PRODUCTS, out / (2 * LANES), PLACE, 2 * LANES]}.
 *
 * @param shape the convolution
 */
record StemWeights(StemShape shape) {
    /** Taps of a window along one axis that lie in rows, or columns, of one parity. */
    private static final int TAPS = 4;

    /** The memory of the factors, in bytes. */
    long bytes() {
        return PRODUCTS * plane();
    }

    /** What names the form among all forms of a weight. */
    static Object form() {
        return "winograd of the stem";
    }

    /** The factors of two blocks of output channels, in bytes. */
    static long panel() {
        return 2L * PLACE * BYTES;
    }

    /** The distance of the factors of two products, in bytes. */
    long plane() {
        return shape.pairs() * panel();
    }

    /** The memory that a worker needs to pack, in bytes. */
    static long scratch() {
        return (TAPS * TAPS + EDGE * TAPS) * (long) BYTES;
    }

    /**
     * Packs a block of output channels.
     *
     * @param work memory of {@link #scratch} for it
     */
    void pack(MemorySegment weight, MemorySegment u, int block, MemorySegment work) {
        long own = work.address();
        long columns = own + TAPS * TAPS * (long) BYTES;
        for (int place = 0; place < PLACE; place++) {
            gather(weight, block, place / ROWS, place / 2 % CHANNELS, place % 2, work);
            long row = TAPS * (long) BYTES;
            StemTransforms.weight(own, row, BYTES, columns, row, BYTES, TAPS);
            long to = u.address() + block / 2 * panel() + (2L * place + block % 2) * BYTES;
            StemTransforms.weight(columns, BYTES, row, to, plane(), EDGE * plane(), EDGE);
        }
    }

    /** Copies the taps of one channel that lie in rows and columns of one parity to {@code [4, 4, LANES]}. */
    private static void gather(MemorySegment weight, int block, int odd, int channel, int oddColumn, MemorySegment to) {
        for (int tap = 0; tap < TAPS * TAPS; tap++) {
            int row = 2 * (tap / TAPS) + odd;
            int column = 2 * (tap % TAPS) + oddColumn;
            boolean inside = row < WINDOW && column < WINDOW;
            for (int lane = 0; lane < LANES; lane++) {
                long out = (long) block * LANES + lane;
                long from = ((out * CHANNELS + channel) * WINDOW + row) * WINDOW + column;
                float value = inside ? weight.get(JAVA_FLOAT_UNALIGNED, from * Float.BYTES) : 0;
                to.set(JAVA_FLOAT_UNALIGNED, ((long) tap * LANES + lane) * Float.BYTES, value);
            }
        }
    }
}
