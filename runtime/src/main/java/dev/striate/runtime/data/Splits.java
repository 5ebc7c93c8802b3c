package dev.striate.runtime.data;

/**
 * A data set as it is published: samples to learn from, and samples that training never sees. Both have the same
 * fields.
 */
public record Splits(DataSet train, DataSet test) {}
