package dev.striate.compiler.diag;

import java.util.stream.Collectors;

/** A line of source as a terminal can show it: tabs expanded, and what a terminal would obey or not know replaced. */
final class ShownLine {
    private static final int TAB = 4;
    private static final int REPLACEMENT = 0xFFFD;

    private final String text;

    /** For each UTF-16 unit of the source, and for its end, the column where it is shown. */
    private final int[] columns;

    /** The line {@code source}, which has no line end. */
    ShownLine(String source) {
        StringBuilder shown = new StringBuilder();
        columns = new int[source.length() + 1];
        int column = 0;
        for (int i = 0; i < source.length(); ) {
            int c = source.codePointAt(i);
            int width = c == '\t' ? TAB - column % TAB : 1;
            for (int end = i + Character.charCount(c); i < end; i++) {
                columns[i] = column;
            }
            shown.append(c == '\t' ? " ".repeat(width) : harmless(c));
            column += width;
        }
        columns[source.length()] = column;
        text = shown.toString();
    }

    /** What is shown. */
    String text() {
        return text;
    }

    /**
     * The column, from 0, where the character at {@code offset} of the source is shown; its end, for what is after it.
     */
    int column(int offset) {
        return columns[Math.min(offset, columns.length - 1)];
    }

    /** {@code text} without characters that a terminal would obey, such as those that set colours or directions. */
    static String harmless(String text) {
        return text.codePoints().mapToObj(ShownLine::harmless).collect(Collectors.joining());
    }

    private static String harmless(int c) {
        boolean harmful = switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
        return Character.toString(harmful ? REPLACEMENT : c);
    }
}
