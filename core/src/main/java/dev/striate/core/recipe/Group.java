package dev.striate.core.recipe;

/**
 * Parameters that learn at a rate or with a decay of their own. Where several groups mean a parameter, their factors
 * are multiplied.
 *
 * @param parameters which
 * @param lr the factor on the learning rate
 * @param decay the factor on the decay
 */
public record Group(Glob parameters, double lr, double decay) {}
