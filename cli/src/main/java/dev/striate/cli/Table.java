package dev.striate.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells, shown in columns. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int leftAligned;

    /**
     * A table of a head and no rows.
     *
     * @param leftAligned so many columns from the left hold words; the others hold numbers and end at the right
     */
    Table(List<String> head, int leftAligned) {
        this.leftAligned = leftAligned;
        rows.add(head);
    }

    /** Adds a row with a cell for each column. */
    void add(String... cells) {
        rows.add(List.of(cells));
    }

    /** A line for each row, each ending with {@code \n}. */
    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String space = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : GAP).append(i < leftAligned ? row.get(i) + space : space + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
