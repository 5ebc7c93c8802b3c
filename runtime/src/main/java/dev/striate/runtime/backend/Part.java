package dev.striate.runtime.backend;

/**
 * What one device has of a batch that several devices share: samples that lie side by side.
 *
 * @param backend opens the session that computes it
 * @param first the number of its first sample in the batch, from 0
 * @param samples how many, at least 1
 */
public record Part(Backend backend, int first, int samples) {}
