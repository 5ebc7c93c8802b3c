package dev.striate.core.recipe;

/**
 * Parameters that do not learn.
 *
 * @param parameters which
 * @param statistics whether running statistics of the same paths stay as they are, too
 */
public record Freeze(Glob parameters, boolean statistics) {}
