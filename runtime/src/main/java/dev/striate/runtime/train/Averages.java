package dev.striate.runtime.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Running means of losses and metrics, each batch weighted by its number of samples. Adding allocates nothing. */
public final class Averages {
    private final List<String> names;
    private final double[] sums;
    private long samples;

    Averages(List<String> names) {
        this.names = List.copyOf(names);
        this.sums = new double[names.size()];
    }

    void clear() {
        samples = 0;
        Arrays.fill(sums, 0);
    }

    /** Adds the mean of one quantity over a batch. */
    void add(int quantity, double mean, int batch) {
        sums[quantity] += mean * batch;
    }

    /** Counts a batch, once for all quantities. */
    void count(int batch) {
        samples += batch;
    }

    /** What is averaged: losses and metrics, in the order of the source. */
    public List<String> names() {
        return names;
    }

    /** How many samples the means are of. */
    public long samples() {
        return samples;
    }

    /** The mean of one quantity so far, by its position in {@link #names}; NaN before the first batch. */
    public double mean(int quantity) {
        return sums[quantity] / samples;
    }

    /** All means by name, in the order of the source. */
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        for (int i = 0; i < sums.length; i++) {
            means.put(names.get(i), mean(i));
        }
        return means;
    }
}
