package dev.striate.compiler.syntax;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.misc.Interval;

/**
 * A text as a stream of UTF-16 units, unpaired surrogates included, so that the positions of tokens are offsets into
 * the text. ANTLR's own streams count code points.
 */
final class TextStream implements CharStream {
    private final String name;
    private final String text;
    private int position;

    TextStream(String name, String text) {
        this.name = name;
        this.text = text;
    }

    @Override
    public void consume() {
        position++;
    }

    @Override
    public int LA(int i) {
        int at = i < 0 ? position + i : position + i - 1;
        return at >= 0 && at < text.length() ? text.charAt(at) : EOF;
    }

    @Override
    public int mark() {
        return 0;
    }

    @Override
    public void release(int marker) {}

    @Override
    public int index() {
        return position;
    }

    @Override
    public void seek(int index) {
        position = index;
    }

    @Override
    public int size() {
        return text.length();
    }

    @Override
    public String getSourceName() {
        return name;
    }

    @Override
    public String getText(Interval interval) {
        return text.substring(interval.a, Math.min(interval.b + 1, text.length()));
    }
}
