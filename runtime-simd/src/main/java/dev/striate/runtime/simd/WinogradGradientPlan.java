package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

/**
 * How the gradient of a weight falls into tasks: parts of the tiles, whose sums are added in order afterwards, and ranges of
 * the output channels. It follows from the shape alone, because sums depend on it.
 *
 * @param shape the forward convolution
 * @param tilesEach the tiles of a part; the last one may have fewer
 * @param blocksEach the blocks of output channels of a range; even, and the last one may have fewer
 * @param tiles the tiles that are transformed at a time
 */
record WinogradGradientPlan(WinogradShape shape, int tilesEach, int blocksEach, int tiles) {
    /** Tasks that are enough for the threads of a usual machine. */
    private static final int TASKS = 8;

    /** Output channels that are worth transforming the input once more. */
    private static final int CHANNELS = 64;

    /** Tiles that are worth sums of their own. */
    private static final int WORTHWHILE = 64;

    /** What sums may take, in bytes, unless one part alone takes more. */
    private static final long MOST = 8 << 20;

    /** What factors may take, in bytes: about what the second cache of a core holds. */
    private static final long CACHE = 1 << 20;

    /** Tiles at a time: fewer waste time on reading and writing sums, and more are not needed against that. */
    private static final int FEWEST = 48;

    private static final int LARGEST = 128;

    /** A good plan. */
    static WinogradGradientPlan of(WinogradShape shape) {
        int pairs = Math.ceilDiv(shape.outBlocks(), 2);
        int ranges = Math.clamp(Math.ceilDiv(shape.out(), CHANNELS), 1, Math.min(pairs, TASKS));
        int pairsEach = Math.ceilDiv(pairs, ranges);
        long sums = new WinogradWeights(shape, false).bytes();
        int wanted = (int) Math.min(Math.ceilDiv(TASKS, ranges), MOST / sums);
        int parts = Math.clamp(shape.tiles() / WORTHWHILE, 1, Math.max(1, wanted));
        int tilesEach = Math.ceilDiv(shape.tiles(), parts);
        long bytes = (long) shape.products() * (shape.inBlocks() + 2 * pairsEach) * BYTES;
        int tiles = Math.clamp(CACHE / bytes, FEWEST, LARGEST);
        return new WinogradGradientPlan(shape, tilesEach, 2 * pairsEach, Math.min(tiles, tilesEach));
    }

    int parts() {
        return Math.ceilDiv(shape.tiles(), tilesEach);
    }

    int ranges() {
        return Math.ceilDiv(shape.outBlocks(), blocksEach);
    }

    /** The bytes of the sums of one part, which lie as {@link WinogradWeights} do. */
    long sumBytes() {
        return new WinogradWeights(shape, false).bytes();
    }

    /** The factors of the input, which come first in a worker's memory. */
    WinogradFactors inputs() {
        return new WinogradFactors(shape, false, tiles, shape.inBlocks());
    }

    /** The factors of the gradient, which come next. */
    WinogradFactors gradients() {
        return new WinogradFactors(shape, true, tiles, blocksEach);
    }

    /** Where sums of a panel get that are to be added to others. */
    long panelSums() {
        return inputs().bytes() + gradients().bytes();
    }

    /** The memory of a worker, in bytes. */
    long bytes() {
        long panel = 2L * shape.inBlocks() * LANES * BYTES;
        return Math.max(panelSums() + panel, new WinogradWeights(shape, false).scratch());
    }
}
