package dev.striate.runtime.train;

import dev.striate.runtime.backend.Output;
import dev.striate.runtime.backend.Tally;
import dev.striate.runtime.backend.Totals;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Losses and metrics over many batches: means, each batch weighted by its number of samples, and what follows from counts
 * added up, such as precision. Adding allocates nothing.
 */
public final class Averages {
    private final List<String> names;
    private final double[] sums;
    private final List<@Nullable Tally> tallies;
    private final double[][] counts;
    private long samples;
    /** What runs come to that nobody waits for. */
    private List<Totals> ahead = List.of();
    /** Whether those have been fetched since the last batch. */
    private boolean fetched = true;

    /** Of the losses and metrics of sessions that have these. */
    Averages(List<Output> scores) {
        this.names = scores.stream().map(Output::name).toList();
        this.sums = new double[scores.size()];
        this.tallies = new ArrayList<>();
        this.counts = new double[scores.size()][];
        for (int i = 0; i < scores.size(); i++) {
            Tally tally = scores.get(i).tally();
            tallies.add(tally);
            counts[i] = new double[tally == null ? 0 : tally.classes() * tally.classes()];
        }
    }

    /** Takes part of the sums from where runs add them up that nobody waits for. */
    void attach(List<Totals> totals) {
        ahead = totals;
        fetched = true;
    }

    /** Fetches them for the last time. */
    void detach() {
        fetch();
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sum(i);
            counts[i] = counts(i);
        }
        ahead = List.of();
    }

    /** Waits for what runs come to that nobody waited for, where there are such. */
    void fetch() {
        if (!fetched) {
            ahead.forEach(Totals::fetch);
            fetched = true;
        }
    }

    /** What went wrong first in such a run, as far as it was fetched; null while all is well. Of what several devices say, what one would say. */
    Totals.@Nullable Fault fault() {
        Totals.Fault first = null;
        for (int i = 0; i < ahead.size(); i++) {
            Totals.Fault fault = ahead.get(i).fault();
            if (fault != null && (first == null || isBefore(fault, first))) {
                first = fault;
            }
        }
        return first;
    }

    private static boolean isBefore(Totals.Fault one, Totals.Fault other) {
        return one.step() == other.step() ? one.score() < other.score() : one.step() < other.step();
    }

    private double sum(int quantity) {
        double sum = sums[quantity];
        for (Totals totals : ahead) {
            sum += totals.sum(quantity);
        }
        return sum;
    }

    private double[] counts(int quantity) {
        double[] all = counts[quantity].clone();
        for (Totals totals : ahead) {
            double[] own = totals.counts(quantity);
            for (int i = 0; i < all.length; i++) {
                all[i] += own[i];
            }
        }
        return all;
    }

    void clear() {
        ahead.forEach(Totals::clear);
        samples = 0;
        Arrays.fill(sums, 0);
        for (double[] count : counts) {
            Arrays.fill(count, 0);
        }
    }

    /**
     * Adds what a batch gave.
     *
     * @param quantity the position of the loss or metric
     * @param score of the session that ran the batch
     * @param batch its samples
     * @param share how much it counts, 1 but for parts of blended samples
     */
    void add(int quantity, Output score, int batch, double share) {
        sums[quantity] += score.value() * (double) batch * share;
        Tally tally = score.tally();
        if (tally != null) {
            tally.addTo(counts[quantity], share);
        }
    }

    /** Counts a batch, once for all quantities. */
    void count(int batch) {
        samples += batch;
        fetched = false;
    }

    /** What is averaged: losses and metrics, in the order of the source. */
    public List<String> names() {
        return names;
    }

    /** How many samples the means are of. */
    public long samples() {
        return samples;
    }

    /** One quantity so far, by its position in {@link #names}; NaN before the first batch. */
    public double mean(int quantity) {
        fetch();
        Tally tally = tallies.get(quantity);
        return tally == null || samples == 0
                ? sum(quantity) / samples
                : tally.metric().result(counts(quantity), 0);
    }

    /** All of them by name, in the order of the source. */
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        for (int i = 0; i < sums.length; i++) {
            means.put(names.get(i), mean(i));
        }
        return means;
    }

    /** Adds all sums to the state of a run. */
    void save(RunState run) {
        fetch();
        run.put("samples", samples);
        for (int i = 0; i < sums.length; i++) {
            run.put("sum." + names.get(i), sum(i));
            MemorySegment own = MemorySegment.ofArray(counts(i));
            MemorySegment copy = Arena.ofAuto().allocate(own.byteSize(), Double.BYTES); // files take no double[]
            run.put("counts:" + names.get(i), copy.copyFrom(own));
        }
    }

    /**
     * Takes over the sums.
     *
     * @throws DataException when the run has other losses or metrics
     */
    void restore(RunState run) throws DataException {
        samples = run.whole("samples");
        for (int i = 0; i < sums.length; i++) {
            sums[i] = run.number("sum." + names.get(i));
            run.copy("counts:" + names.get(i), MemorySegment.ofArray(counts[i]));
        }
    }
}
