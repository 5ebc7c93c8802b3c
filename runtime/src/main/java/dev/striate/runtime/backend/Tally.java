package dev.striate.runtime.backend;

import dev.striate.core.kernel.ClassMetric;

/**
 * A bound {@link ClassMetric}, with what it counts. The metric of many batches follows from their counts added up, and
 * not from the metrics of each.
 */
public final class Tally implements Runnable {
    private final ClassMetric metric;
    private final double[] counts;
    private final Runnable work;

    /**
     * A metric.
     *
     * @param counts [K, K]: how often each class, by row, is predicted as each, by column
     * @param work fills {@code counts}, and writes the result
     */
    public Tally(ClassMetric metric, double[] counts, Runnable work) {
        this.metric = metric;
        this.counts = counts;
        this.work = work;
    }

    /** What is computed. */
    public ClassMetric metric() {
        return metric;
    }

    /** The length of a side of the counts. */
    public int classes() {
        return (int) Math.round(Math.sqrt(counts.length));
    }

    /** How often class {@code label} was predicted as {@code predicted} in the last run. */
    public double count(int label, int predicted) {
        return counts[label * classes() + predicted];
    }

    /** Adds the counts of the last run, times {@code share}, to {@code sum}, which has as many. */
    public void addTo(double[] sum, double share) {
        for (int i = 0; i < counts.length; i++) {
            sum[i] += share * counts[i];
        }
    }

    @Override
    public void run() {
        work.run();
    }
}
