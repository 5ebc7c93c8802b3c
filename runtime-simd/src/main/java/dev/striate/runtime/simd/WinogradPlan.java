package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

/**
 * How a Winograd convolution falls into tasks, and what memory each worker needs for one: some tiles, and some blocks of
 * channels of the result. Results do not depend on it.
 *
 * @param shape the convolution
 * @param tiles the tiles of a task; the last ones may have fewer
 * @param outBlocks the blocks of channels of a task; even, and the last ones may have fewer
 */
record WinogradPlan(WinogradShape shape, int tiles, int outBlocks) {
    /** What the factors and products of a task may take, in bytes: a little more than the second cache of a core holds. */
    private static final long CACHE = 5 << 18;

    /** Fewest tiles of a task, where there are as many: the weight is read once for all of them. */
    private static final int FEWEST = 32;

    /** Tiles that are worth a task of their own beside another that reads the same weight. */
    private static final int WORTHWHILE = 32;

    /** Multiplications that are not worth a second thread. */
    private static final long LITTLE = 1_000_000;

    /** A good plan for so many threads. */
    static WinogradPlan of(WinogradShape shape, int threads) {
        int tiles = shape.tiles();
        long bytes = (long) shape.products() * (shape.inBlocks() + 2) * BYTES;
        int most = (int) Math.max(FEWEST, CACHE / bytes);
        long work = (long) tiles * shape.products() * shape.in() * shape.out();
        int workers = work < LITTLE ? 1 : threads;
        int parts = Math.max(Math.ceilDiv(tiles, most), Math.clamp(tiles / WORTHWHILE, 1, workers));
        if (parts > workers) {
            parts = Math.min(tiles, Math.ceilDiv(parts, workers) * workers);
        }
        int pairs = Math.ceilDiv(shape.outBlocks(), 2);
        int outParts = Math.min(pairs, Math.ceilDiv(workers, parts));
        return new WinogradPlan(shape, Math.ceilDiv(tiles, parts), 2 * Math.ceilDiv(pairs, outParts));
    }

    int tileParts() {
        return Math.ceilDiv(shape.tiles(), tiles);
    }

    int outParts() {
        return Math.ceilDiv(shape.outBlocks(), outBlocks);
    }

    /** The number of tasks. */
    int tasks() {
        return tileParts() * outParts();
    }

    /** The factors of the input, which come first in a worker's memory. */
    WinogradFactors factors() {
        return new WinogradFactors(shape, false, tiles, shape.inBlocks());
    }

    /** Where the products are: {@code [products, 2, tiles, LANES]}, of two blocks. */
    long results() {
        return factors().bytes();
    }

    /** The distance of two planes of products. */
    long resultPlane() {
        return 2L * tiles * BYTES + WinogradFactors.SKEW;
    }

    /** Where tiles that stand side by side get between the two transforms: {@code [m, edge, tiles, LANES]}. */
    long transformed() {
        return results() + shape.products() * resultPlane();
    }

    /** The memory of a worker, in bytes. */
    long bytes() {
        long side = Math.min(tiles, shape.tilesInRow());
        long end = transformed() + side * shape.m() * shape.edge() * BYTES;
        return Math.ceilDiv(end, WinogradFactors.SKEW) * WinogradFactors.SKEW;
    }
}
