package dev.striate.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows a profile as a table. */
final class ProfileText {
    private static final List<String> HEAD =
            List.of("step", "operation", "kernel", "time", "share", "MACs", "GFLOP/s", "of peak", "bytes", "GB/s");

    private ProfileText() {}

    /**
     * Prints a row for each step in the order in which they run, and the sums.
     *
     * @param top how many of the slowest to show instead, the slowest first; null for all
     */
    static void print(Profile profile, @Nullable Integer top, Console console) {
        List<Profile.Row> shown = profile.rows();
        if (top != null) {
            shown = shown.stream()
                    .sorted(Comparator.comparingLong(Profile.Row::nanos).reversed())
                    .limit(top)
                    .toList();
        }
        Table table = new Table(HEAD, 3);
        for (Profile.Row row : shown) {
            table.add(
                    row.path(),
                    row.operation(),
                    row.kernel(),
                    time(row.nanos()),
                    percent((double) row.nanos() / profile.nanos()),
                    row.macs() == 0 ? "" : SummaryText.grouped(row.macs()),
                    row.macs() == 0 ? "" : String.format(Locale.ROOT, "%,.1f", row.gflops()),
                    row.macs() == 0 ? "" : profile.ofPeak(row.gflops()),
                    SummaryText.bytes(row.bytes()),
                    String.format(Locale.ROOT, "%.1f", row.bandwidth()));
        }
        console.out().println(title(profile));
        console.out().print(table);
        console.out().println(total(profile));
        console.out().flush();
    }

    /** Which net, how and where it was run. */
    static String title(Profile profile) {
        String sizes = profile.sizes().entrySet().stream()
                .map(e -> e.getKey() + " = " + e.getValue())
                .sorted(Comparator.comparing((String s) -> !s.startsWith("N ")).thenComparing(s -> s))
                .collect(Collectors.joining(", "));
        return profile.net() + ", " + profile.pass() + " at " + sizes + ", on " + profile.backend();
    }

    /** What the whole run takes. */
    static String total(Profile profile) {
        long steps = profile.rows().stream().mapToLong(Profile.Row::nanos).sum();
        double gflops = profile.rows().stream().mapToLong(Profile.Row::macs).sum() * 2.0 / profile.nanos();
        String total = String.format(
                Locale.ROOT,
                "total: %s a run (median of %d), %s in %d steps; %,.1f GFLOP/s",
                time(profile.nanos()),
                profile.rounds(),
                time(steps),
                profile.rows().size(),
                gflops);
        return profile.peak() == 0
                ? total
                : String.format(
                        Locale.ROOT,
                        "%s, %s of the peak of %,.0f GFLOP/s",
                        total,
                        profile.ofPeak(gflops),
                        profile.peak());
    }

    /** A time with three or four digits. */
    static String time(long nanos) {
        return nanos < 1_000_000
                ? String.format(Locale.ROOT, "%.1f µs", nanos / 1e3)
                : String.format(Locale.ROOT, nanos < 100_000_000 ? "%.2f ms" : "%,.0f ms", nanos / 1e6);
    }

    /** A share of 1 in percent. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
