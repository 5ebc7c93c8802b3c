package dev.striate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A net that was measured.
 *
 * @param net its name
 * @param mode {@code infer} or {@code train}
 * @param machine what it ran on
 * @param peak billions of floating-point operations a second that the machine reaches with as many threads
 * @param macs multiply-accumulate operations of one run; a training step counts as three forward passes
 * @param entries us first, then the peers
 * @param notes what else is to be known, such as a peer that cannot compute the net
 */
record Measurement(
        String net,
        String mode,
        int batch,
        int threads,
        String machine,
        double peak,
        long macs,
        List<Entry> entries,
        List<String> notes) {
    /** Copies the lists. */
    Measurement {
        entries = List.copyOf(entries);
        notes = List.copyOf(notes);
    }

    /**
     * One contestant.
     *
     * @param nanos the median time of a run
     * @param difference of its result to ours, relative to the largest number; 0 where it is not compared
     */
    record Entry(String name, String settings, long nanos, double difference) {}

    /** How many times as fast we are as the faster peer; NaN without peers. */
    double ratio() {
        long fastest = entries.stream().skip(1).mapToLong(Entry::nanos).min().orElse(0);
        return fastest == 0 ? Double.NaN : (double) fastest / entries.getFirst().nanos();
    }

    private double gflops(Entry e) {
        return 2.0 * macs / e.nanos;
    }

    /** A table for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s, %s, batch %d, %d threads: %.2f GMAC, FMA peak %.0f GFLOP/s%n%s%n%n",
                net,
                mode,
                batch,
                threads,
                macs / 1e9,
                peak,
                machine));
        text.append(String.format("%-22s %10s %11s %9s %7s%n", "", "ms", "images/s", "GFLOP/s", "of peak"));
        for (Entry e : entries) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-22s %10.3f %11.1f %9.1f %6.1f%%%n",
                    e.name,
                    e.nanos / 1e6,
                    batch * 1e9 / e.nanos,
                    gflops(e),
                    100 * gflops(e) / peak));
        }
        if (entries.size() > 1) {
            text.append(String.format(Locale.ROOT, "%nratio to the faster peer: %.2f%n", ratio()));
        }
        for (Entry e : entries) {
            text.append(String.format("%s: %s%n", e.name, e.settings));
            if (!Results.isSame(e.difference)) {
                text.append(String.format(Locale.ROOT, "%s differs from us by %.1e%n", e.name, e.difference));
            }
        }
        notes.forEach(n -> text.append(n).append(System.lineSeparator()));
        return text.toString();
    }

    /** The same as values for JSON. */
    Map<String, Object> json() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Entry e : entries) {
            Map<String, Object> one = new TreeMap<>();
            one.put("name", e.name);
            one.put("settings", e.settings);
            one.put("ms", e.nanos / 1e6);
            one.put("imagesPerSecond", batch * 1e9 / e.nanos);
            one.put("gflops", gflops(e));
            one.put("shareOfPeak", gflops(e) / peak);
            one.put("difference", e.difference);
            all.add(one);
        }
        Map<String, Object> json = new TreeMap<>();
        json.put("net", net);
        json.put("mode", mode);
        json.put("batch", batch);
        json.put("threads", threads);
        json.put("machine", machine);
        json.put("peakGflops", peak);
        json.put("macs", macs);
        json.put("ratio", ratio());
        json.put("contestants", all);
        json.put("notes", notes);
        return json;
    }
}
