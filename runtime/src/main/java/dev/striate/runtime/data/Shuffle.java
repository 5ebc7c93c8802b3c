package dev.striate.runtime.data;

/**
 * Permutations that depend on a seed and a round alone. The random numbers are counter-based: number {@code i} of a
 * round is the output function of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014) applied to {@code key + i * GAMMA}, so that no state survives from one round to the next.
 */
final class Shuffle {
    /** 2^64 divided by the golden ratio, as SplitMix64 has it. */
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private Shuffle() {}

    /** Fills {@code order} with a permutation of 0, 1, 2 ... by the algorithm of Fisher and Yates. */
    static void fill(int[] order, long seed, long round) {
        long key = mix(mix(seed) + round);
        for (int i = 0; i < order.length; i++) {
            int other = below(i + 1, mix(key + i * GAMMA));
            order[i] = order[other];
            order[other] = i;
        }
    }

    /** Scales 64 random bits to 0 ... bound-1 (Lemire 2019, without rejection: the bias is below bound / 2^64). */
    private static int below(int bound, long random) {
        return (int) Math.unsignedMultiplyHigh(random, bound);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
