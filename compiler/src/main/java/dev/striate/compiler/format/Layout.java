package dev.striate.compiler.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides where lines begin, and prints. */
final class Layout {
    private static final int WIDTH = 120;

    private final List<Piece> pieces;

    /** What each piece adds to the space before it, so that it stands below another. */
    private final int[] padding;

    private final int[] columns;
    private boolean hasNewBreaks;

    Layout(List<Piece> pieces) {
        this.pieces = pieces;
        this.padding = new int[pieces.size()];
        this.columns = new int[pieces.size()];
    }

    String print() {
        spreadBraces();
        for (int i = 0; i < pieces.size(); i++) {
            if (!piece(i).isComment) {
                breakGap(gapStart(i), i);
            }
        }
        breakLast();
        fit();
        new Alignment(this, pieces, padding).align();
        return text();
    }

    private Piece piece(int i) {
        return pieces.get(i);
    }

    // ---- the gaps between words, in which comments may be

    /** The first comment directly before the word {@code i}, or {@code i}. */
    private int gapStart(int i) {
        int start = i;
        while (start > 0 && piece(start - 1).isComment) {
            start--;
        }
        return start;
    }

    /** The next word from {@code i} on; null at the end. */
    private @Nullable Piece word(int i) {
        int word = i;
        while (word < pieces.size() && piece(word).isComment) {
            word++;
        }
        return word < pieces.size() ? piece(word) : null;
    }

    private boolean hasLineEnd(int start, int word) {
        return pieces.subList(start, word + 1).stream().anyMatch(p -> p.lineEnds > 0);
    }

    /** Braces of which the author has one part on a new line are spread, all of their parts. */
    private void spreadBraces() {
        for (Piece open : pieces) {
            Piece.Braces braces = open.braces;
            if (braces != null && braces.starts().stream().anyMatch(s -> hasLineEnd(gapStart(s.index), s.index))) {
                spread(open, braces);
            }
        }
    }

    /** What follows the closing brace stays on its line. */
    private void spread(Piece open, Piece.Braces braces) {
        open.braces = null;
        for (Piece start : braces.starts()) {
            start.begins = true;
            start.isPassing = false;
        }
        int next = braces.close().index + 1;
        if (next < pieces.size() && piece(next).is("->")) {
            piece(next).begins = false;
            piece(next).keepsBreak = false;
            piece(next).rank = Piece.NEVER;
        }
    }

    private void breakGap(int start, int i) {
        Piece word = piece(i);
        boolean wanted = word.hard || word.begins || (word.keepsBreak && hasLineEnd(start, i));
        if (word.hard && word.is("}") && word.tightBefore) {
            wanted = start < i; // empty braces
        }
        word.begins = false;
        breakComments(start, i);
        if (start < i) {
            word.begins = piece(i - 1).isLineComment() || word.lineEnds > 0;
        }
        if (wanted) {
            begin(start, i);
            word.begins |= word.hard && word.is("}");
        }
    }

    private void breakComments(int start, int end) {
        for (int i = start; i < end; i++) {
            piece(i).begins = piece(i).lineEnds > 0 || (i > 0 && piece(i - 1).isLineComment());
        }
    }

    /** Begins a line in a gap, unless one does already. */
    private void begin(int start, int i) {
        if (pieces.subList(start, i + 1).stream().noneMatch(p -> p.begins)) {
            piece(start).begins = true;
        }
    }

    /** The comments at the end of the file. */
    private void breakLast() {
        breakComments(gapStart(pieces.size()), pieces.size());
    }

    // ---- the width of lines

    /**
     * Breaks what is too long. Some of the breaks will stay when what is printed is formatted again, and others are made
     * anew. So those are made anew here, too, until there are no more of the first kind.
     */
    private void fit() {
        do {
            hasNewBreaks = false;
            pieces.stream().filter(p -> p.isPassing).forEach(p -> p.begins = false);
            pieces.forEach(p -> p.isPassing = false);
            int start = 0;
            while (start < pieces.size()) {
                int end = placeLine(start);
                boolean isTooLong = end < pieces.size() && !piece(end).begins;
                if (!isTooLong) {
                    start = end;
                } else if (!split(start, end)) {
                    start = lineEnd(end);
                }
            }
        } while (hasNewBreaks);
    }

    /** Places the pieces of a line until one does not fit. Returns the first that is not placed. */
    private int placeLine(int start) {
        int i = start;
        while (i < pieces.size() && (i == start || !piece(i).begins)) {
            place(start, i);
            boolean isLastComment = piece(i).isComment && (i + 1 == pieces.size() || piece(i + 1).begins);
            if (i > start && piece(i).endColumn(columns[i]) > WIDTH && !isLastComment) {
                return i;
            }
            i++;
        }
        return i;
    }

    private int lineEnd(int from) {
        int i = from;
        while (i < pieces.size() && !piece(i).begins) {
            i++;
        }
        return i;
    }

    private void place(int lineStart, int i) {
        columns[i] = i == lineStart ? startColumn(i) : piece(i - 1).endColumn(columns[i - 1]) + space(i) + padding[i];
    }

    /** Breaks the line before the last of the outermost places that fit. Returns whether there is one. */
    private boolean split(int start, int end) {
        int best = -1;
        int rank = Piece.NEVER;
        for (int i = start; i < end; i++) {
            Piece.Braces braces = piece(i).braces;
            if (braces != null && braces.rank() < rank) {
                best = i;
                rank = braces.rank();
            }
            int next = i + 1;
            Piece word = word(next);
            if (word != null && word.rank <= rank && word.rank < Piece.NEVER && gapStart(word.index) == next) {
                boolean isBroken = pieces.subList(next, word.index + 1).stream().anyMatch(p -> p.begins);
                if (!isBroken) {
                    best = next;
                    rank = word.rank;
                }
            }
        }
        if (best < 0) {
            return false;
        }
        Piece.Braces braces = piece(best).braces;
        if (braces != null && braces.rank() == rank) {
            spread(piece(best), braces);
            braces.starts().forEach(s -> s.begins = false);
            braces.starts().forEach(s -> begin(gapStart(s.index), s.index));
            hasNewBreaks = true;
        } else {
            piece(best).begins = true;
            piece(best).isPassing = !piece(best).isComment && !piece(best).keepsBreak;
            hasNewBreaks |= !piece(best).isPassing;
        }
        return true;
    }

    // ---- columns

    /** The column of a piece that begins a line. */
    private int startColumn(int i) {
        Piece word = word(i);
        if (word == null) {
            return 0;
        }
        boolean isBeforeClose = word != piece(i) && word.is("}");
        Place place = word.place;
        int column = place == null || (place.anchor() != null && place.anchor().index >= i)
                ? fallback(word.index)
                : resolve(place);
        return column + (isBeforeClose ? 2 : 0);
    }

    private int resolve(Place place) {
        if (place.anchor() == null) {
            return place.offset();
        }
        int anchor = place.anchor().index;
        int start = lineStart(anchor);
        int from = place.ofLine() ? column(start) + (piece(start).is("|") ? 2 : 0) : column(anchor);
        return Math.max(0, from + place.offset());
    }

    /** Only a comment makes a line begin where none should: further in than the statement. */
    private int fallback(int i) {
        int at = i;
        while (at > 0 && !piece(at).hard) {
            at--;
        }
        Place place = piece(at).place;
        return (place == null ? 0 : place.offset()) + 4;
    }

    /** The spaces before a piece that begins no line. */
    int space(int i) {
        Piece before = piece(i - 1);
        Piece piece = piece(i);
        if (before.is("(") || before.is("[") || piece.is(")") || piece.is("]") || piece.is(",")) {
            return 0;
        }
        if (before.isComment || piece.isComment) {
            return 1;
        }
        boolean isPoint = piece.is(".") || before.is(".");
        if (isPoint || piece.is("..") || before.is("..")) {
            boolean afterNumber = piece.is(".") && Character.isDigit(before.text.charAt(0));
            return afterNumber ? 1 : 0; // `3.C` would be no number and no name
        }
        if (before.tightAfter || piece.tightBefore) {
            return 0;
        }
        boolean isLabelColon = piece.is(":") && piece.rank == Piece.NEVER;
        return isLabelColon ? 0 : piece.wide ? 2 : 1;
    }

    /** The column of a piece after the paddings have changed. */
    int column(int i) {
        int start = lineStart(i);
        int column = startColumn(start);
        for (int at = start + 1; at <= i; at++) {
            column = piece(at - 1).endColumn(column) + space(at) + padding[at];
        }
        return column;
    }

    private int lineStart(int i) {
        int start = i;
        while (start > 0 && !piece(start).begins) {
            start--;
        }
        return start;
    }

    // ---- text

    private String text() {
        StringBuilder out = new StringBuilder();
        int lineStart = 0;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = piece(i);
            lineStart = i == 0 || piece.begins ? i : lineStart;
            place(lineStart, i);
            if (i == lineStart) {
                out.append(i == 0 ? "" : isBlankBefore(i) ? "\n\n" : "\n");
                boolean isAlone = i + 1 == pieces.size() || piece(i + 1).begins;
                if (isAlone) {
                    shift(piece, columns[i]);
                }
                out.append(" ".repeat(columns[i]));
            } else {
                out.append(" ".repeat(space(i) + padding[i]));
            }
            out.append(piece.text);
        }
        return out.append('\n').toString();
    }

    /** Blank lines stay between statements and declarations, not directly inside of braces. */
    private boolean isBlankBefore(int i) {
        Piece word = word(i);
        boolean isClose = word == piece(i) && word.is("}");
        boolean isBetween = word == null || word.hard;
        return piece(i).lineEnds > 1 && isBetween && !isClose && !piece(i - 1).is("{");
    }

    /** Moves the other lines of a comment as far as its first one. */
    private static void shift(Piece piece, int column) {
        int by = column - piece.sourceColumn();
        if (piece.text.indexOf('\n') < 0) {
            return;
        }
        String[] lines = piece.text.split("\n", -1);
        for (int i = 1; i < lines.length; i++) {
            int indent = lines[i].length() - lines[i].stripLeading().length();
            String moved = by > 0 ? " ".repeat(by) + lines[i] : lines[i].substring(Math.min(indent, -by));
            lines[i] = moved.isBlank() ? "" : moved;
        }
        piece.text = String.join("\n", lines);
    }
}
