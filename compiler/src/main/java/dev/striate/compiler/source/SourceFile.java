package dev.striate.compiler.source;

/** The text of one {@code .cnn} file. Two files are equal only when they are the same object. */
public final class SourceFile {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String name;
    private final String text;
    private final LineMap lines;

    /**
     * A file that messages call {@code name}.
     *
     * @param name what messages show, such as {@code tiny.cnn}
     * @param text the whole content; a leading byte order mark is dropped, all offsets count from after it
     */
    public SourceFile(String name, String text) {
        this.name = name;
        this.text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        this.lines = new LineMap(this.text);
    }

    /** The name that messages show. */
    public String name() {
        return name;
    }

    /** The content, without a byte order mark. */
    public String text() {
        return text;
    }

    /** Lines and columns of this text. */
    public LineMap lines() {
        return lines;
    }

    /** The characters from {@code start} (inclusive) to {@code end} (exclusive), in UTF-16 units. */
    public Span span(int start, int end) {
        return new Span(this, start, end);
    }

    @Override
    public String toString() {
        return name;
    }
}
