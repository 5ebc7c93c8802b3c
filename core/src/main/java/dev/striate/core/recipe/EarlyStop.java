package dev.striate.core.recipe;

/**
 * Ends a run when a loss or metric no longer gets better.
 *
 * @param watch what must get better
 * @param patience the epochs without a better value after which the run ends, at least 1
 */
public record EarlyStop(Watch watch, int patience) {}
