package dev.striate.compiler.source;

/**
 * A piece of a file, from {@code start} (inclusive) to {@code end} (exclusive), in UTF-16 units; it may be empty.
 *
 * @param file the file
 * @param start the offset of the first character
 * @param end the offset after the last character
 */
public record Span(SourceFile file, int start, int end) {
    /** @throws IllegalArgumentException when the offsets are not a piece of the file */
    public Span {
        if (start < 0 || end < start || end > file.text().length()) {
            throw new IllegalArgumentException("no span [" + start + ", " + end + ") in " + file.name());
        }
    }

    /** The line, from 1, where this starts. */
    public int line() {
        return file.lines().line(start);
    }

    /** The column, from 1 and in code points, where this starts. */
    public int column() {
        return file.lines().column(start);
    }

    /** The line, from 1, of the last character. */
    public int endLine() {
        return file.lines().line(Math.max(start, end - 1));
    }

    /** The characters. */
    public String text() {
        return file.text().substring(start, end);
    }

    /** From the start of this to the end of {@code last}, which is in the same file and does not end before. */
    public Span to(Span last) {
        return new Span(file, start, last.end);
    }

    /** As messages show it: {@code tiny.cnn:5:12}. */
    @Override
    public String toString() {
        return file.name() + ":" + line() + ":" + column();
    }
}
