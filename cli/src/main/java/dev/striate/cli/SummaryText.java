package dev.striate.cli;

import dev.striate.compiler.plan.Summary;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows what a net costs, layer by layer. */
final class SummaryText {
    private static final List<String> HEAD =
            List.of("layer", "output", "params", "MACs", "field / stride / offset", "memory");

    private SummaryText() {}

    /**
     * Prints a table with a row for each layer, and the sums.
     *
     * @param numbers whether shapes are shown in numbers, not in symbols
     */
    static void print(String name, Summary summary, boolean numbers, Console console) {
        String sizes = summary.sizes().entrySet().stream()
                .sorted((a, b) ->
                        Boolean.compare(b.getKey().equals("N"), a.getKey().equals("N")))
                .map(e -> e.getKey() + " = " + e.getValue())
                .collect(Collectors.joining(", "));
        Table table = new Table(HEAD, 2);
        for (Summary.Row row : summary.rows()) {
            table.add(
                    row.path(),
                    numbers ? row.sizes() : row.shape(),
                    grouped(row.params()),
                    grouped(row.macs()),
                    row.field() == null ? "" : row.field(),
                    bytes(row.bytes()));
        }
        console.out().println(name + " at " + sizes);
        console.out().print(table);
        console.out()
                .println("total: " + grouped(summary.params()) + " parameters" + more(summary) + ", "
                        + grouped(summary.macs()) + " MACs; memory: " + bytes(summary.inferenceBytes())
                        + " for inference"
                        + (summary.trainingBytes() == 0
                                ? ""
                                : ", " + bytes(summary.trainingBytes()) + " for training"));
        console.out().flush();
    }

    private static String more(Summary summary) {
        long inTraining = summary.trainingParams() - summary.params();
        return (summary.statistics() == 0 ? "" : " plus " + grouped(summary.statistics()) + " running statistics")
                + (inTraining == 0 ? "" : " (and " + grouped(inTraining) + " in training only)");
    }

    /** A number with commas. */
    static String grouped(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** A number of bytes in the unit that fits. */
    static String bytes(long n) {
        if (n < 1 << 10) {
            return n + " B";
        }
        return n < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", n / 1024.0)
                : String.format(Locale.ROOT, "%,.1f MiB", n / 1048576.0);
    }
}
