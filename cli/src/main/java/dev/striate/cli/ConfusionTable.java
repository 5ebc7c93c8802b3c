package dev.striate.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** How often each class is predicted as each, as text. */
final class ConfusionTable {
    /** With more classes a table is too wide to read, and the commonest confusions are listed. */
    private static final int WIDEST = 20;

    private static final int LISTED = 20;

    private ConfusionTable() {}

    /** The table, with the recall of each class behind its row and the precision below its column; ends with a newline. */
    static String text(String name, long[][] counts) {
        return counts.length > WIDEST ? list(name, counts) : table(name, counts);
    }

    private static String table(String name, long[][] counts) {
        int classes = counts.length;
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        List<String> foot = new ArrayList<>(List.of("precision"));
        for (int k = 0; k < classes; k++) {
            List<String> row = new ArrayList<>(List.of(Integer.toString(k)));
            long predicted = 0;
            for (int other = 0; other < classes; other++) {
                row.add(Long.toString(counts[k][other]));
                predicted += counts[other][k];
            }
            row.add(share(counts[k][k], Arrays.stream(counts[k]).sum()));
            rows.add(row);
            head.add(Integer.toString(k));
            foot.add(share(counts[k][k], predicted));
        }
        head.add("recall");
        rows.addFirst(head);
        rows.add(foot);
        return name + ": rows are labels, columns predictions\n" + aligned(rows);
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.3f", (double) part / whole);
    }

    private static String aligned(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        rows.forEach(r -> {
            for (int i = 0; i < r.size(); i++) {
                widths[i] = Math.max(widths[i], r.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append("  ").append(pad).append(row.get(i));
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }

    private static String list(String name, long[][] counts) {
        record Confused(int label, int predicted, long times) {}
        List<Confused> all = new ArrayList<>();
        for (int label = 0; label < counts.length; label++) {
            for (int predicted = 0; predicted < counts.length; predicted++) {
                if (label != predicted && counts[label][predicted] > 0) {
                    all.add(new Confused(label, predicted, counts[label][predicted]));
                }
            }
        }
        all.sort(Comparator.comparingLong(Confused::times).reversed());
        StringBuilder text = new StringBuilder(name + ": the commonest confusions of " + counts.length + " classes\n");
        all.stream()
                .limit(LISTED)
                .forEach(c -> text.append(String.format(
                        Locale.ROOT, "  %6d times %d was taken for %d%n", c.times, c.label, c.predicted)));
        return text.toString();
    }
}
