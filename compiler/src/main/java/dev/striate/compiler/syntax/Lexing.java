package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.grammar.CnnLexer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;

/**
 * From text to the tokens that the parser sees. Each mistake in the spelling of a token is reported here, and the token
 * replaced by what was probably meant, so that nothing else is reported because of it.
 */
final class Lexing {
    private static final int LONGEST_NUMBER = 60;
    /** {@code 1e100}: most numbers are shorter. */
    private static final int SHORTEST_BIG_NUMBER = 5;

    private static final Pattern BIG_EXPONENT = Pattern.compile(".*[eE][+-]?0*[1-9]\\d{2,}");
    private static final Pattern BIG_SIDE = Pattern.compile("(.*x)?\\d{10,}(x.*)?");
    private static final Pattern GLUED_UNIT =
            Pattern.compile("(\\d+(?:\\.\\d+)?)(epochs?|steps?|KiB|MiB|GiB|MMAC|GMAC)");

    private final SourceFile file;
    private final ErrorLog log;
    private final UnknownCharacters unknown;
    private final List<SourceToken> tokens = new ArrayList<>();
    private List<Span> docs = new ArrayList<>();

    /** The place of a reported character of which the next token, if it is on the same line, may be a consequence. */
    private int blamed = -1;

    /** Where the line ends that a `#` was taken to comment out. */
    private int endOfComment;

    private Lexing(SourceFile file, ErrorLog log) {
        this.file = file;
        this.log = log;
        this.unknown = new UnknownCharacters(file);
    }

    /** All tokens of {@code file} but comments; the last one is the end of the file. */
    static List<SourceToken> tokens(SourceFile file, ErrorLog log) {
        Lexing lexing = new Lexing(file, log);
        CnnLexer lexer = new CnnLexer(new TextStream(file.name(), file.text()));
        Token token = lexer.nextToken();
        while (token.getType() != Token.EOF && !log.isFull() && !lexing.unknown.areTooMany()) {
            lexing.take(token);
            token = lexer.nextToken();
        }
        lexing.take(token);
        lexing.unknown.report(log);
        return lexing.tokens;
    }

    private void take(Token token) {
        if (token.getStartIndex() < endOfComment) {
            return;
        }
        switch (token.getType()) {
            case CnnLexer.DOC -> docs.add(span(token));
            case CnnLexer.LINE, CnnLexer.COMMENT -> {}
            case CnnLexer.NUM, CnnLexer.EXTENT -> number(token);
            case CnnLexer.STRING -> string(token);
            case CnnLexer.BAD_NUMBER -> badNumber(token);
            case CnnLexer.BAD_NAME -> badName(token);
            case CnnLexer.BAD_STRING -> badString(token);
            case CnnLexer.BAD_COMMENT -> badComment(token);
            case CnnLexer.BAD_CHAR -> badCharacter(token);
            default -> emit(token, token.getType());
        }
    }

    private SourceToken emit(Token token, int type) {
        SourceToken taken = new SourceToken(file, token, type);
        taken.docs = List.copyOf(docs);
        docs = new ArrayList<>();
        if (!tokens.isEmpty() && tokens.getLast().line() == taken.line()) {
            taken.lineHead = tokens.getLast().lineHead;
        }
        if (blamed >= 0 && file.lines().line(blamed) == taken.line()) {
            taken.blame();
        }
        blamed = -1;
        tokens.add(taken);
        return taken;
    }

    private Span span(Token token) {
        return file.span(token.getStartIndex(), token.getStopIndex() + 1);
    }

    private void number(Token token) {
        SourceToken taken = emit(token, token.getType());
        if (token.getStopIndex() - token.getStartIndex() < SHORTEST_BIG_NUMBER - 1) {
            return;
        }
        String text = token.getText();
        boolean bigSide =
                token.getType() == CnnLexer.EXTENT && BIG_SIDE.matcher(text).matches();
        if (text.length() > LONGEST_NUMBER
                || bigSide
                || BIG_EXPONENT.matcher(text).matches()) {
            taken.damaged = true;
            log.add(Diagnostic.error(Code.MALFORMED_NUMBER, taken.span(), "this number is out of every useful range")
                    .fix("a number has at most " + LONGEST_NUMBER + " characters and an exponent below 100"));
        }
    }

    private void badNumber(Token token) {
        Matcher glued = GLUED_UNIT.matcher(token.getText());
        if (glued.matches()) {
            emit(part(token, 0, glued.end(1)), CnnLexer.NUM);
            emit(
                    part(token, glued.start(2), glued.end(2)),
                    glued.group(2).equals("step") ? CnnLexer.STEP : CnnLexer.UNIT);
            log.add(Diagnostic.error(Code.MALFORMED_NUMBER, span(token), "a unit stands apart from its number")
                    .fix("write `" + glued.group(1) + " " + glued.group(2) + "`"));
            return;
        }
        boolean likeName = token.getText().matches("\\d+[\\p{L}_].+");
        SourceToken before = tokens.isEmpty() ? null : tokens.getLast();
        SourceToken taken = emit(token, likeName ? CnnLexer.ID : CnnLexer.NUM);
        taken.damaged = true;
        taken.suspect = before != null && before.touches(taken);
        log.add(aboutNumber(span(token), token.getText()));
    }

    private static Diagnostic.Builder aboutNumber(Span span, String text) {
        String quoted = "`" + text + "`";
        String message = quoted + " is neither a number nor a name";
        String fix = "names begin with a letter; numbers look like `3`, `0.5` or `1e-3`";
        if (text.matches("\\d+x[\\p{L}\\p{N}_]*")) {
            message = quoted + " is not an extent";
            fix = "write both sides as numbers, as in `3x3`; a computed extent is a list, `[3, k]`";
        } else if (text.startsWith(".")) {
            message = "a digit is missing before the point of " + quoted;
            fix = "write `0" + text + "`";
        } else if (text.matches("\\d+\\.[eE]\\d+")) {
            message = "a digit is missing after the point of " + quoted;
            fix = "write `" + text.replace(".", ".0") + "`";
        } else if (text.matches("[\\d.]+")) {
            message = quoted + " has more than one point";
            fix = "write one point, as in `0.5`";
        }
        return Diagnostic.error(Code.MALFORMED_NUMBER, span, message).fix(fix);
    }

    private static Token part(Token token, int from, int to) {
        CommonToken part = new CommonToken(token);
        part.setStartIndex(token.getStartIndex() + from);
        part.setStopIndex(token.getStartIndex() + to - 1);
        return part;
    }

    private void badName(Token token) {
        emit(token, CnnLexer.ID).damaged = true;
        String message = "the name `" + token.getText() + "` has letters outside of a to z";
        log.add(Diagnostic.error(Code.UNKNOWN_CHARACTER, span(token), message)
                .fix("use the letters a to z, digits and `_`; in comments and quotes every letter is welcome"));
    }

    private void string(Token token) {
        SourceToken taken = emit(token, CnnLexer.STRING);
        String text = token.getText();
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
            if (text.charAt(i + 1) != '"' && text.charAt(i + 1) != '\\') {
                taken.damaged = true;
                Span escape = file.span(taken.start() + i, taken.start() + i + 2);
                log.add(Diagnostic.error(Code.UNKNOWN_ESCAPE, escape, "`" + escape.text() + "` means nothing in quotes")
                        .fix("write `\\\\` for a backslash, or `/` between the folders of a path"));
                return;
            }
        }
    }

    /** The quotes that are left over may be any on the line, so all after the first ones are in doubt. */
    private void badString(Token token) {
        SourceToken taken = emit(token, CnnLexer.STRING);
        taken.blame();
        for (int i = tokens.size() - 1; i >= 0 && tokens.get(i).lineHead == taken.lineHead; i--) {
            if (tokens.get(i).getType() == CnnLexer.STRING) {
                tokens.subList(i, tokens.size()).forEach(SourceToken::blame);
            }
        }
        log.add(Diagnostic.error(Code.UNTERMINATED, span(token), "these quotes are not closed on their line")
                .fix("write the closing `\"`"));
    }

    /** The comment hides everything to the end of the file, so the end is to blame for whatever is missing. */
    private void badComment(Token token) {
        Span opening = file.span(token.getStartIndex(), token.getStartIndex() + 2);
        log.add(Diagnostic.error(Code.UNTERMINATED, opening, "this comment is never closed")
                .fix("write `*/` at its end, or `//` at the beginning of each of its lines"));
        CommonToken end = new CommonToken(token);
        end.setStartIndex(file.text().length());
        end.setText("<EOF>");
        emit(end, Token.EOF).blame();
        endOfComment = Integer.MAX_VALUE;
    }

    private void badCharacter(Token token) {
        int c = unknown.add(token.getStartIndex());
        if (c == '#') {
            endOfComment = file.lines().end(file.lines().line(token.getStartIndex()));
        } else if (c != ';') {
            blamed = token.getStartIndex();
            if (!tokens.isEmpty() && tokens.getLast().line() == file.lines().line(blamed)) {
                tokens.getLast().blame();
            }
        }
    }
}
