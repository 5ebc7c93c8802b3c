package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.Span;
import dev.striate.grammar.CnnLexer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A token that the parser could not use, what is around it, and the mistakes that are the same everywhere. */
final class Trouble {
    private static final Set<String> WRONG_ARROWS = Set.of("=>", "->", ">>", "|>", "-->");

    private final List<SourceToken> tokens;
    private final SourceToken found;
    private final SourceToken before;
    private final SourceToken next;

    Trouble(List<SourceToken> tokens, SourceToken found) {
        int i = found.getTokenIndex();
        this.tokens = tokens;
        this.found = found;
        this.before = tokens.get(Math.max(0, i - 1));
        this.next = after(found);
    }

    SourceToken found() {
        return found;
    }

    /** The token before {@code found}; itself, at the beginning of the file. */
    SourceToken before() {
        return before;
    }

    /** The token after {@code found}; itself, at the end of the file. */
    SourceToken next() {
        return next;
    }

    /** The token after {@code token}; itself, at the end of the file. */
    SourceToken after(SourceToken token) {
        return tokens.get(Math.min(tokens.size() - 1, token.getTokenIndex() + 1));
    }

    /** The token before {@code token}; itself, at the beginning of the file. */
    SourceToken before(SourceToken token) {
        return tokens.get(Math.max(0, token.getTokenIndex() - 1));
    }

    /** Whether {@code found} stands on the line of {@code before}. If not, it probably belongs to something else. */
    boolean onSameLine() {
        return !found.isFirstOnLine() && !Words.isEnd(found);
    }

    // ---- parts of messages

    /** {@code found} or, when that is on another line, the place after {@code before}. */
    Diagnostic.Builder error(Code code, String message, String fix) {
        Span span = onSameLine() || before == found ? found.span() : before.spanAfter();
        return Diagnostic.error(code, span, message).fix(fix);
    }

    Diagnostic.Builder unexpected(String message, String fix) {
        return error(Code.UNEXPECTED, message, fix);
    }

    Diagnostic.Builder punctuation(String message, String fix) {
        return error(Code.PUNCTUATION, message, fix);
    }

    static Diagnostic.Builder unexpectedAt(SourceToken token, String message, String fix) {
        return Diagnostic.error(Code.UNEXPECTED, token.span(), message).fix(fix);
    }

    static String quoted(SourceToken token) {
        return Words.isEnd(token) ? "the end of the file" : "`" + token.getText() + "`";
    }

    // ---- the same everywhere

    /** A word that cannot be a name. */
    static Diagnostic.Builder reserved(SourceToken token) {
        String message = quoted(token) + " is a reserved word and cannot be a name";
        return Diagnostic.error(Code.RESERVED_WORD, token.span(), message)
                .fix("choose another name, such as `" + token.getText() + "_`");
    }

    /** An arrow of another language, or a point after a number. */
    Optional<Diagnostic.Builder> oddSpelling() {
        if (isArrow(found, next)) {
            return Optional.of(arrow(found, next));
        }
        if (isArrow(before, found)) {
            return Optional.of(arrow(before, found));
        }
        SourceToken point = found.is(".") ? found : before;
        SourceToken number = tokens.get(Math.max(0, point.getTokenIndex() - 1));
        boolean isOpenNumber = point.is(".") && number.getType() == CnnLexer.NUM && number.touches(point);
        return isOpenNumber ? Optional.of(openNumber(number, point)) : Optional.empty();
    }

    private static boolean isArrow(SourceToken first, SourceToken second) {
        return first != second
                && first.lineHead == second.lineHead
                && WRONG_ARROWS.contains(first.getText() + second.getText());
    }

    private static Diagnostic.Builder arrow(SourceToken first, SourceToken second) {
        Span span = first.span().to(second.span());
        return Diagnostic.error(Code.PUNCTUATION, span, "`" + span.text() + "` is not an arrow")
                .fix("write `->`");
    }

    private static Diagnostic.Builder openNumber(SourceToken number, SourceToken point) {
        String digits = number.getText();
        Span span = number.span().to(point.span());
        return Diagnostic.error(Code.MALFORMED_NUMBER, span, "a digit is missing after the point")
                .fix("write `" + digits + "` or `" + digits + ".0`");
    }
}
