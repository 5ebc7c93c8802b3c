package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import java.util.stream.IntStream;

/**
 * How the weight gradient of a convolution falls into parts. The pixels of the output fall into bands of rows, of several
 * images together where these are small; a part has some bands and some pairs of blocks of output channels.
 *
 * @param sums the convolution
 * @param lanes channels of a block of its input; 1 in row-major order
 * @param bandRows rows of a band
 * @param bands bands of an image
 * @param bandImages images of a band
 * @param pairsEach pairs of a part, of those of all groups
 * @param chunks parts that share the same pairs
 */
record WeightGradientPlan(
        DirectSums sums, int lanes, int bandRows, int bands, int bandImages, int pairsEach, int chunks) {
    /** Pixels of a band: enough for registers to be filled seldom, few enough for the nearest cache. */
    private static final int PIXELS = 192;

    /** The same where the input is copied: the rows that two bands share are copied twice. */
    private static final int PIXELS_COPIED = 1024;

    /** Parts that are enough for the threads of a usual machine. */
    private static final int PARTS = 8;

    /** Fewest multiplications of a part: a few microseconds. */
    private static final long FEWEST_PRODUCTS = 1_000_000;

    /** Bytes of sums that stay in the second cache. */
    private static final long NEAR = 512 * 1024;

    static WeightGradientPlan of(DirectSums sums, int lanes) {
        int rows = sums.rows().out();
        int columns = sums.columns().out();
        int pixels = lanes == 1 ? PIXELS_COPIED : PIXELS;
        int bands = Math.ceilDiv(rows, Math.clamp(pixels / columns, 1, rows));
        int bandRows = Math.ceilDiv(rows, bands);
        bands = Math.ceilDiv(rows, bandRows);
        int most = lanes == 1 ? 1 : Math.max(1, pixels / (rows * columns));
        int images = IntStream.rangeClosed(1, Math.min(most, sums.images()))
                .filter(n -> sums.images() % n == 0)
                .max()
                .orElse(1);
        int wanted = (int) Math.clamp(sums.images() * sums.products() / FEWEST_PRODUCTS, 1, PARTS);
        int pairs = sums.groups() * sums.pairs();
        int pairParts = sums.weightBytes() > NEAR ? Math.min(pairs, wanted) : 1;
        int chunks =
                pairParts > PARTS / 2 ? 1 : Math.min(Math.ceilDiv(wanted, pairParts), sums.images() / images * bands);
        return new WeightGradientPlan(sums, lanes, bandRows, bands, images, Math.ceilDiv(pairs, pairParts), chunks);
    }

    /** Pairs of blocks of output channels of all groups. */
    int pairs() {
        return sums.groups() * sums.pairs();
    }

    /** The number of parts, those of one chunk together. */
    int parts() {
        return chunks * Math.ceilDiv(pairs(), pairsEach);
    }

    /** Bands of all images. */
    int allBands() {
        return sums.images() / bandImages * bands;
    }

    /** The first band of a chunk; that of the next one ends it. */
    int firstBand(int chunk) {
        return (int) ((long) allBands() * chunk / chunks);
    }

    /** Bytes of the sums of all chunks, which come first in the workspace, laid out like {@link DirectWeights}. */
    long partialBytes() {
        return chunks * sums.weightBytes();
    }

    /** Where the sums of a chunk and pair begin. */
    long sumsOf(int chunk, int pair) {
        return chunk * sums.weightBytes() + pair * sums.pairBytes();
    }

    /** Bytes that a worker needs: the sums in registers, and the copied band. */
    long slotBytes() {
        long copy = lanes == 1 ? source().bytes() : 0;
        return tileBytes() + copy;
    }

    /** Bytes of the sums in registers. */
    static long tileBytes() {
        return (long) RowTiles.MOST * DirectWeights.STEP;
    }

    /** Where the input is read if it lies in rows. */
    DirectSource source() {
        return new DirectSource(sums, lanes, bandRows);
    }

    /** The block of all output channels with which a pair begins. */
    int firstBlock(int pair) {
        return pair / sums.pairs() * (sums.out() / LANES) + pair % sums.pairs() * 2;
    }

    /** Whether a pair has two blocks. */
    boolean isTwo(int pair) {
        return pair % sums.pairs() * 2 * LANES + LANES < sums.out();
    }
}
