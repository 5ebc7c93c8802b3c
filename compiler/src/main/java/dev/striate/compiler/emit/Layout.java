package dev.striate.compiler.emit;

import java.util.List;

/** The last touch on generated text. */
final class Layout {
    private static final String COMMENT = "; // ";

    private Layout() {}

    /** Moves the comments behind statements into one column for each run of lines that have statements. */
    static String alignComments(String java) {
        List<String> lines = java.lines().toList();
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < lines.size()) {
            int end = i;
            int column = 0;
            while (end < lines.size() && isStatement(lines.get(end))) {
                int at = lines.get(end).indexOf(COMMENT);
                column = Math.max(column, at < 0 ? 0 : at + 2);
                end++;
            }
            for (int k = i; k < Math.max(end, i + 1); k++) {
                text.append(aligned(lines.get(k), column)).append('\n');
            }
            i = Math.max(end, i + 1);
        }
        return text.toString();
    }

    private static boolean isStatement(String line) {
        return line.endsWith(";") || line.contains(COMMENT);
    }

    private static String aligned(String line, int column) {
        int at = line.indexOf(COMMENT);
        if (at < 0) {
            return line;
        }
        String statement = line.substring(0, at + 1);
        return statement + " ".repeat(Math.max(1, column - statement.length())) + line.substring(at + 2);
    }
}
