package dev.striate.core.rng;

import java.nio.charset.StandardCharsets;

/**
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011). A number is a pure function of a seed,
 * a stream and an index, so that neither the number of threads nor recomputation can change it.
 */
public final class Philox {
    private static final int M0 = 0xD2511F53;
    private static final int M1 = 0xCD9E8D57;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;

    private Philox() {}

    /** A stream's number from a name (FNV-1a, 64 bits), such as the path of a parameter. */
    public static long stream(String name) {
        long h = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            h = (h ^ (b & 0xff)) * 0x100000001b3L;
        }
        return h;
    }

    /** 32 random bits: lane {@code index & 3} of the block with counter {@code (index >> 2, stream)} and key {@code seed}. */
    public static int bits(long seed, long stream, long index) {
        return lane(seed, stream, index >>> 2, (int) index & 3);
    }

    /** One of the four words of the block with counter {@code (block, stream)} and key {@code seed}, low words first. */
    static int lane(long seed, long stream, long block, int lane) {
        int c0 = (int) block;
        int c1 = (int) (block >>> 32);
        int c2 = (int) stream;
        int c3 = (int) (stream >>> 32);
        int k0 = (int) seed;
        int k1 = (int) (seed >>> 32);
        for (int round = 0; round < 10; round++) {
            long p0 = (M0 & 0xffffffffL) * (c0 & 0xffffffffL);
            long p1 = (M1 & 0xffffffffL) * (c2 & 0xffffffffL);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c1 = (int) p1;
            c3 = (int) p0;
            k0 += W0;
            k1 += W1;
        }
        return switch (lane) {
            case 0 -> c0;
            case 1 -> c1;
            case 2 -> c2;
            default -> c3;
        };
    }

    /** A float in [0, 1), of 24 random bits. */
    public static float uniform(long seed, long stream, long index) {
        return (bits(seed, stream, index) >>> 8) * 0x1p-24f;
    }

    /** A normal deviate of mean 0 and variance 1 (Box and Muller 1958), from the uniforms {@code 2 * index} and the next. */
    public static double normal(long seed, long stream, long index) {
        double u = ((bits(seed, stream, 2 * index) >>> 8) + 1) * 0x1p-24;
        double v = (bits(seed, stream, 2 * index + 1) >>> 8) * 0x1p-24;
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }

    /** An integer in [0, bound), for {@code bound > 0}; its bias is below {@code bound / 2^32}. */
    public static int below(int bound, long seed, long stream, long index) {
        return (int) (((bits(seed, stream, index) & 0xffffffffL) * bound) >>> 32);
    }
}
