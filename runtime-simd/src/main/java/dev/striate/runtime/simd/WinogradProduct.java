package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import java.util.stream.IntStream;

/**
 * Products of factors of tiles {@code v [blocks, tiles, LANES]} with factors of weights {@code u [blocks * LANES, vectors *
 * LANES]} into {@code m [vectors, tiles, LANES]}, summed over channels in order.
 */
final class WinogradProduct {
    private WinogradProduct() {}

    /** How far each channel of the first of {@code tiles} tiles is from where {@code v} begins, in bytes. */
    static int[] steps(int channels, int tiles) {
        return IntStream.range(0, channels)
                .map(c -> c / LANES * tiles * BYTES + c % LANES * Float.BYTES)
                .toArray();
    }

    /**
     * The products of some tiles.
     *
     * @param vectors 2, or 1 at the end of an odd number
     * @param u the address where these vectors begin in the weight
     * @param v the address where the factors of the first tile begin
     * @param steps the channels that are summed, those of padding lanes included
     * @param m the address where the products of the first tile go
     * @param mBlock the distance between the first and the second vector of them
     * @param tiles how many
     */
    static void run(int vectors, long u, long v, int[] steps, long m, long mBlock, int tiles) {
        if (vectors == 2) {
            int parts = Math.ceilDiv(tiles, WideTiles.MOST);
            for (int part = 0; part < parts; part++) {
                int first = tiles * part / parts;
                int n = tiles * (part + 1) / parts - first;
                long skip = (long) first * BYTES;
                WideTiles.set(n, v + skip, steps, u, m + skip, BYTES, mBlock);
            }
            return;
        }
        int done = 0;
        while (done < tiles) {
            long skip = (long) done * BYTES;
            int n = LoneTiles.atMost(tiles - done);
            LoneTiles.set(n, v + skip, steps, u, BYTES, m + skip, BYTES);
            done += n;
        }
    }
}
