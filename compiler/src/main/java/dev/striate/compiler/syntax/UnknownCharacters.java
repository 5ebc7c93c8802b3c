package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The characters of one file that the language does not use; each is reported once, with the lines where it stands. */
final class UnknownCharacters {
    private static final int MOST_CHARACTERS = 20;
    private static final int MOST_LINES = 5;

    private final SourceFile file;
    private final Map<Integer, List<Span>> seen = new LinkedHashMap<>();

    UnknownCharacters(SourceFile file) {
        this.file = file;
    }

    /**
     * Notes the character at {@code offset} and returns it. The second half of a pair of surrogates is no character.
     */
    int add(int offset) {
        String text = file.text();
        int c = text.codePointAt(offset);
        boolean secondHalf = offset > 0 && Character.isSurrogatePair(text.charAt(offset - 1), text.charAt(offset));
        List<Span> places = secondHalf ? List.of() : seen.computeIfAbsent(c, x -> new ArrayList<>());
        if (!secondHalf && (places.isEmpty() || isOnNewLine(places, offset))) {
            places.add(file.span(offset, offset + Character.charCount(c)));
        }
        return c;
    }

    private boolean isOnNewLine(List<Span> places, int offset) {
        return places.size() <= MOST_LINES + 1
                && places.getLast().line() != file.lines().line(offset);
    }

    /** Whether this looks like anything but a program. */
    boolean areTooMany() {
        return seen.size() > MOST_CHARACTERS;
    }

    /** Reports each character, at the first place where it stands. */
    void report(ErrorLog log) {
        seen.forEach((c, places) -> {
            Diagnostic.Builder error = Diagnostic.error(
                            Code.UNKNOWN_CHARACTER, places.getFirst(), "the language has no " + name(c))
                    .fix(advice(c));
            if (places.size() > 1) {
                error.note("it also stands in " + lines(places.subList(1, places.size())));
            }
            log.add(error);
        });
    }

    private static String lines(List<Span> places) {
        String some = places.stream().limit(MOST_LINES).map(p -> "" + p.line()).collect(Collectors.joining(", "));
        return (places.size() == 1 ? "line " : "lines ") + some + (places.size() > MOST_LINES ? " and more" : "");
    }

    private static String name(int c) {
        boolean visible = !Character.isSpaceChar(c) && !Character.isISOControl(c) && Character.isDefined(c);
        boolean halfOfPair = Character.getType(c) == Character.SURROGATE;
        String number = String.format("U+%04X", c);
        if (visible && !halfOfPair && c != 0xFFFD) {
            return "`" + Character.toString(c) + "`" + (c < 128 ? "" : " (" + number + ")");
        }
        String words = Character.getName(c);
        return "character " + number + (words == null ? "" : ", " + words.toLowerCase(Locale.ROOT));
    }

    private static String advice(int c) {
        return switch (c) {
            case ';' -> "remove it: statements need no mark at their end";
            case '#' -> "begin comments with `//`";
            case '&' -> "write `&&`";
            case '\'', '`', '‘', '’', '“', '”', '„', '«', '»' -> "put text into double quotes, as in `\"stem.**\"`";
            case '→', '⇒', '➜', '⟶' -> "write `->`";
            case '×', '·' -> "write `*` in a product and `x` in an extent, as in `3x3`";
            case '–', '—', '−' -> "write `-`";
            case '…' -> "write `..`";
            case '≤' -> "write `<=`";
            case '≥' -> "write `>=`";
            case '≠' -> "write `!=`";
            case 0xFFFD -> "save the file as UTF-8";
            default -> plain(c).map(p -> "write `" + p + "`").orElseGet(() -> spaceOrNothing(c));
        };
    }

    /** The ASCII character that a character is a form of, such as a full-width digit (Unicode, annex 15: NFKC). */
    private static Optional<String> plain(int c) {
        String form = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC);
        return c >= 128 && form.length() == 1 && form.charAt(0) > ' ' && form.charAt(0) < 127
                ? Optional.of(form)
                : Optional.empty();
    }

    private static String spaceOrNothing(int c) {
        return Character.isSpaceChar(c) || Character.isISOControl(c) ? "write a space" : "remove it";
    }
}
