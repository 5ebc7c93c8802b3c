package dev.striate.core.recipe;

/**
 * When the state of a run is written on its way.
 *
 * @param every after how many epochs or steps
 * @param keep how many of them are kept, the latest, at least 1
 */
public record Checkpoint(Length every, int keep) {}
