package dev.striate.runtime.backend;

/**
 * What one device has of a batch that several devices share: samples that lie side by side.
 *
 * @param backend opens the session that computes it
 * @param first the number of its first sample in the batch, from 0
 * @param samples how many, at least 1
 * @param batch how many the batch has
 */
public record Part(Backend backend, int first, int samples, int batch) {
    /** A whole batch. */
    public static Part whole(Backend backend, int batch) {
        return new Part(backend, 0, batch, batch);
    }

    /** The number of the first sample of those that have the same places from the end of the batch. */
    public int opposite() {
        return batch - first - samples;
    }
}
