package dev.striate.compiler.format;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Lexeme;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The pieces of a file, and how to get from the tree to them. */
final class Pieces {
    private final List<Piece> all = new ArrayList<>();
    private final List<Piece> words = new ArrayList<>();
    private final Map<Integer, Piece> byStart = new HashMap<>();
    private final Map<Integer, Piece> byEnd = new HashMap<>();
    private final Map<Piece, Integer> places = new HashMap<>();
    private final Map<Piece, Piece> partners = new HashMap<>();

    Pieces(SourceFile file) {
        Deque<Piece> open = new ArrayDeque<>();
        for (Lexeme lexeme : Lexeme.all(file)) {
            Piece piece = new Piece(lexeme, all.isEmpty() ? null : all.getLast());
            piece.index = all.size();
            all.add(piece);
            if (!piece.isComment) {
                places.put(piece, words.size());
                words.add(piece);
                byStart.put(piece.span.start(), piece);
                byEnd.put(piece.span.end(), piece);
                pair(piece, open);
            }
        }
    }

    private void pair(Piece piece, Deque<Piece> open) {
        if (piece.is("(") || piece.is("[") || piece.is("{")) {
            open.push(piece);
        } else if (piece.is(")") || piece.is("]") || piece.is("}")) {
            Piece opener = open.pop();
            partners.put(opener, piece);
            partners.put(piece, opener);
        }
    }

    Piece first(Span span) {
        return Objects.requireNonNull(byStart.get(span.start()));
    }

    Piece last(Span span) {
        return Objects.requireNonNull(byEnd.get(span.end()));
    }

    /** The word before {@code word}; a word itself when it is the first. */
    Piece before(Piece word) {
        return words.get(Math.max(0, at(word) - 1));
    }

    /** The word after {@code word}; a word itself when it is the last. */
    Piece after(Piece word) {
        return words.get(Math.min(words.size() - 1, at(word) + 1));
    }

    /** The other one of a pair of brackets. */
    Piece partner(Piece bracket) {
        return Objects.requireNonNull(partners.get(bracket));
    }

    /** Whether a comment stands right after {@code piece}. */
    boolean hasCommentAfter(Piece piece) {
        return piece.index + 1 < all.size() && all.get(piece.index + 1).isComment;
    }

    /** Whether the author has these braces on one line, without comments; not to be asked when printed. */
    boolean areOnOneLine(Piece open, Piece close) {
        return all.subList(open.index + 1, close.index + 1).stream().noneMatch(p -> p.lineEnds > 0 || p.isComment);
    }

    private int at(Piece word) {
        return Objects.requireNonNull(places.get(word));
    }

    /** What is printed, comments included. What was said about a parenthesis that goes is said about the next word. */
    List<Piece> printed() {
        for (int i = 0; i + 1 < words.size(); i++) {
            Piece word = words.get(i);
            Piece next = words.get(i + 1);
            if (word.removed && word.place != null && next.place == null) {
                next.mayBegin(word.rank, word.place, word.keepsBreak);
            }
        }
        return kept();
    }

    private List<Piece> kept() {
        List<Piece> kept = new ArrayList<>();
        int lineEnds = 0;
        for (Piece piece : all) {
            lineEnds += piece.lineEnds;
            if (!piece.removed) {
                piece.lineEnds = lineEnds;
                piece.index = kept.size();
                kept.add(piece);
                lineEnds = 0;
            }
        }
        // An anchor that goes is replaced by what follows it.
        int next = kept.size() - 1;
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).removed) {
                all.get(i).index = next;
            } else if (!all.get(i).isComment) {
                next = all.get(i).index;
            }
        }
        return kept;
    }
}
