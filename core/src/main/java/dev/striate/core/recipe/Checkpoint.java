package dev.striate.core.recipe;

/**
 * When the weights are written during a run.
 *
 * @param every after how many epochs, at least 1
 * @param keep how many of them are kept, the latest, at least 1
 */
public record Checkpoint(int every, int keep) {}
