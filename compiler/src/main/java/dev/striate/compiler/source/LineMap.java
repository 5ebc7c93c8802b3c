package dev.striate.compiler.source;

import java.util.Arrays;

/** Lines and columns of a text. A line ends with {@code \n}, {@code \r\n} or {@code \r}. Both count from 1. */
public final class LineMap {
    private final String text;
    private final int[] starts;
    /** Whether every character is one UTF-16 unit. */
    private final boolean isSimple;

    LineMap(String text) {
        this.text = text;
        this.isSimple = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
        this.starts = lineStarts(text);
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean insidePair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            if (c == '\n' || (c == '\r' && !insidePair)) {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, 2 * count);
                }
                starts[count++] = i + 1;
            }
        }
        return Arrays.copyOf(starts, count);
    }

    /** How many lines there are; an empty text has one. */
    public int count() {
        return starts.length;
    }

    /** The line, from 1, of the character at {@code offset}. */
    public int line(int offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** The column, from 1 and in code points, of the character at {@code offset}; a tab counts as one. */
    public int column(int offset) {
        int start = start(line(offset));
        return (isSimple ? offset - start : text.codePointCount(start, offset)) + 1;
    }

    /** The offset of the first character of {@code line}. */
    public int start(int line) {
        return starts[line - 1];
    }

    /** The offset after the last character of {@code line}, its line end not counted. */
    public int end(int line) {
        int end = line == starts.length ? text.length() : starts[line];
        while (end > start(line) && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return end;
    }

    /** The text of {@code line} without its line end. */
    public String text(int line) {
        return text.substring(start(line), end(line));
    }
}
