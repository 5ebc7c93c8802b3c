package dev.striate.compiler.syntax;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** A token, with what reading on after an error needs to know about it. */
@SuppressWarnings("serial") // only by inheritance
final class SourceToken extends CommonToken {
    private final SourceFile file;

    /** The {@code ///} comments directly before this. */
    List<Span> docs = List.of();

    /** The statement around this is not what the user wrote: leave it out. */
    boolean damaged;

    /** Something here was reported already, and what the parser finds wrong near it is likely to follow from that. */
    boolean suspect;

    /** The first token of the line of this. */
    SourceToken lineHead = this;

    /**
     * The innermost bracket around this; brackets themselves are outside of their own. Null at the level of the file.
     */
    @Nullable
    SourceToken opener;

    /** The other one of a pair of brackets. */
    @Nullable
    SourceToken partner;

    /** A copy of {@code token}, of type {@code type}. */
    SourceToken(SourceFile file, Token token, int type) {
        super(token);
        this.file = file;
        setType(type);
        setChannel(DEFAULT_CHANNEL);
    }

    /** A bracket that the user forgot, of no width, after {@code before}. */
    static SourceToken missing(int type, String text, SourceToken before) {
        SourceToken token = new SourceToken(before.file, new CommonToken(type, text), type);
        token.setStartIndex(before.end());
        token.setStopIndex(before.end() - 1);
        token.lineHead = before.lineHead;
        token.blame();
        return token;
    }

    /** The offset of the first character. */
    int start() {
        return getStartIndex();
    }

    /** The offset after the last character; the end of the file has no width. */
    int end() {
        return getType() == EOF ? start() : getStopIndex() + 1;
    }

    Span span() {
        return file.span(start(), end());
    }

    /** The place after this, where something is missing. */
    Span spanAfter() {
        return file.span(end(), end());
    }

    int line() {
        return file.lines().line(start());
    }

    boolean isFirstOnLine() {
        return lineHead == this;
    }

    /** How many characters stand before the first token of the line of this. */
    int indent() {
        return lineHead.start() - file.lines().start(lineHead.line());
    }

    boolean is(String text) {
        return getText().equals(text);
    }

    boolean isOneOf(Set<String> texts) {
        return texts.contains(getText());
    }

    /** Whether there is nothing between this and {@code next}, not even a space. */
    boolean touches(SourceToken next) {
        return end() == next.start();
    }

    /** Marks this as part of something that was reported and that hides what follows from it. */
    void blame() {
        damaged = true;
        suspect = true;
    }
}
