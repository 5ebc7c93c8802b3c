package dev.striate.compiler.format;

import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Lexeme;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A word, sign or comment, with what {@link Structure} says about the space before it. */
final class Piece {
    /** The rank of what is no place for a line to be broken. */
    static final int NEVER = Integer.MAX_VALUE;

    final Span span;
    final boolean isComment;

    /** How many line ends the author wrote before this. */
    int lineEnds;

    /** How many characters stand before this on its line, from what is before it. */
    final int spaces;

    /** Among the pieces that are printed. */
    int index;

    /** Only a comment of several lines changes, when it moves. */
    String text;

    boolean tightBefore;
    boolean tightAfter;

    /** Stands two spaces from what is before it on its line. */
    boolean wide;

    /** Always begins a line. */
    boolean hard;

    /** Begins a line, as the author has it or since something did not fit. */
    boolean begins;

    /** Begins a line only as long as the line would be too long otherwise. */
    boolean isPassing;

    /** A redundant parenthesis. */
    boolean removed;

    /** A parenthesis that belongs to a call, a list of parameters or a tuple. */
    boolean claimed;

    /** A line end of the author before this stays. */
    boolean keepsBreak;

    /** A line that is too long is broken before the one of the lowest rank. */
    int rank = NEVER;

    /** The column when this begins a line; null when nothing is said about that. */
    @Nullable
    Place place;

    /** The braces that this opens. */
    @Nullable
    Braces braces;

    Piece(Lexeme lexeme, @Nullable Piece before) {
        this.span = lexeme.span();
        this.isComment = lexeme.isComment();
        int start = before == null ? 0 : before.span.end();
        String gap = span.file().text().substring(start, span.start());
        this.lineEnds = (int) gap.replace("\r\n", "\n")
                .chars()
                .filter(c -> c == '\n' || c == '\r')
                .count();
        this.spaces = gap.length();
        this.text = isComment
                ? span.text().lines().map(String::stripTrailing).collect(Collectors.joining("\n"))
                : span.text();
    }

    boolean is(String other) {
        return text.equals(other);
    }

    /** Whether this hides the rest of its line. */
    boolean isLineComment() {
        return isComment && text.startsWith("//");
    }

    /** The offset of this in its line of the source. */
    int sourceColumn() {
        return span.start() - span.file().lines().start(span.line());
    }

    /** The column after this when it begins at {@code column}. */
    int endColumn(int column) {
        int last = text.lastIndexOf('\n');
        return last < 0 ? column + text.length() : text.length() - last - 1;
    }

    /** Says that a line may begin with this. */
    void mayBegin(int newRank, Place newPlace, boolean keeps) {
        rank = newRank;
        place = newPlace;
        keepsBreak = keeps;
    }

    /** Says that a line begins with this. */
    void alwaysBegins(int column) {
        hard = true;
        place = Place.column(column);
    }

    void glue() {
        tightBefore = true;
        tightAfter = true;
    }

    /**
     * Braces that stand on one line or have their content on lines of its own.
     *
     * @param rank as of {@link Piece#rank}
     * @param starts what begins a line when they are spread, the closing ones included
     * @param close the last piece
     */
    record Braces(int rank, List<Piece> starts, Piece close) {}
}
