package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import java.util.stream.IntStream;

/**
 * How the weight gradient of a convolution falls into parts. The pixels of the output fall into bands of rows; a part
 * has some bands and some pairs of blocks of output channels.
 *
 * @param sums the convolution
 * @param lanes channels of a block of its input; 1 in row-major order
 * @param bandRows rows of a band
 * @param bands bands of an image
 * @param images images that are worked on together, where a band has all rows
 * @param pairsEach pairs of a part, of those of all groups
 * @param blocksEach blocks of the input whose sums are computed over all images of a part before others are
 * @param chunks parts that share the same pairs
 */
record WeightGradientPlan(
        DirectSums sums, int lanes, int bandRows, int bands, int images, int pairsEach, int blocksEach, int chunks) {
    /** Pixels of a band: enough for registers to be filled seldom, few enough for the nearest cache. */
    private static final int PIXELS = 512;

    /** The same where the input lies in rows, which are short. */
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
        int most = Math.min(sums.images(), Math.max(1, pixels / (rows * columns)));
        int images = IntStream.rangeClosed(1, most)
                .filter(n -> sums.images() % n == 0)
                .max()
                .orElse(1);
        int wanted = Math.clamp(sums.images() * sums.products() / FEWEST_PRODUCTS, 1, PARTS);
        int pairs = sums.groups() * sums.pairs();
        int pairParts = sums.weightBytes() > NEAR ? Math.min(pairs, wanted) : 1;
        int chunks =
                pairParts > PARTS / 2 ? 1 : Math.min(Math.ceilDiv(wanted, pairParts), sums.images() / images * bands);
        int pairsEach = Math.ceilDiv(pairs, pairParts);
        long bytesOfBlock = (long) pairsEach * DirectWeights.STEP * lanes * sums.area();
        int blocksEach = Math.clamp(NEAR / 2 / bytesOfBlock, 1, Math.ceilDiv(sums.in(), lanes));
        return new WeightGradientPlan(sums, lanes, bandRows, bands, images, pairsEach, blocksEach, chunks);
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
        return sums.images() / images * bands;
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
        return tileBytes() + gradientBytes() + images * source().bytes();
    }

    /** Bytes of the gradients of a pair, of images that are worked on together, side by side; 0 for one image. */
    long gradientBytes() {
        return images == 1 ? 0 : 2L * images * planeBytes();
    }

    /** Bytes of a block of the gradient of the output. */
    long planeBytes() {
        return (long) Simd.BYTES * sums.rows().out() * sums.columns().out();
    }

    /** Where a worker's memory begins in the workspace. */
    long slotAt(int slot) {
        return partialBytes() + slot * slotBytes();
    }

    /** Bytes of the sums in registers. */
    static long tileBytes() {
        return (long) RowTiles.MOST * DirectWeights.STEP;
    }

    /** Where the input is read. */
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
