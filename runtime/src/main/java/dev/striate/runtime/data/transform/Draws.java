package dev.striate.runtime.data.transform;

import dev.striate.core.rng.Philox;

/** Random numbers of one transform on one sample: a function of seed, epoch, place of the transform, sample and order. */
public final class Draws {
    /** The stream of the first transform in the first epoch. */
    public static final long STREAM = Philox.stream("transform");
    /** From the streams of one epoch to those of the next; the transforms of a recipe have one each. */
    public static final int PLACES = 64;
    /** The logarithm to base 2 of as many numbers as a sample may need, noise on every value included. */
    public static final int PER_SAMPLE = 32;

    private final long seed;
    private long stream;
    private long next;

    Draws(long seed) {
        this.seed = seed;
    }

    void at(long round, int place, int sample) {
        stream = STREAM + round * PLACES + place;
        next = (long) sample << PER_SAMPLE;
    }

    /** From {@code low} to {@code high}. */
    double uniform(double low, double high) {
        return low + (high - low) * Philox.uniform(seed, stream, next++);
    }

    /** From 0 to below {@code bound}. */
    int below(int bound) {
        return Philox.below(bound, seed, stream, next++);
    }

    /** Of mean 0 and variance 1. */
    double normal() {
        return Philox.normal(seed, stream, next++);
    }
}
