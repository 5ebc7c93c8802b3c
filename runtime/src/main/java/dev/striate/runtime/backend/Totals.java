package dev.striate.runtime.backend;

import org.jspecify.annotations.Nullable;

/**
 * Losses and metrics of runs that nobody waits for, added up on the device that computes them. A run that meets a class index out of range, or
 * one of a session that learns whose losses and metrics are not all finite, ends the adding: it and those behind it change no weights, until
 * somebody fetches.
 */
public interface Totals {
    /**
     * Why nothing was added any more.
     *
     * @param step the number of the training step
     * @param score the position of the first loss or metric that is not finite; their number when all are, and gradients are not; or -1
     * @param message for the user, of a class index out of range; else empty
     */
    record Fault(long step, int score, String message) {}

    /** Begins anew. */
    void clear();

    /**
     * Waits for all runs, and copies what they came to.
     *
     * @throws IllegalStateException when the device failed; the message is for the user
     */
    void fetch();

    /** A loss or metric as it was fetched, by its position: the sum over runs, each times its samples. */
    double sum(int score);

    /** What a metric of classes counted, as it was fetched; empty for all others. */
    double[] counts(int score);

    /** Why nothing was added any more, as it was fetched; null while all is well. */
    @Nullable
    Fault fault();
}
