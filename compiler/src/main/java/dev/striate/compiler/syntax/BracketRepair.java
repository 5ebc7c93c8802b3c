package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.grammar.CnnLexer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reports brackets that have no partner, puts in the missing ones and takes out the superfluous ones. */
final class BracketRepair {
    private static final Set<String> LIST_HEADS = Set.of("net", "block", "train", "when", "phase");
    private static final int LONGEST_HEAD = 1000;

    private final List<SourceToken> tokens;
    private final ErrorLog log;
    private final List<SourceToken> result = new ArrayList<>();
    private final Deque<SourceToken> open = new ArrayDeque<>();

    /** Those open braces that hold statements or settings, in contrast to those of chains. */
    private final Deque<SourceToken> lists = new ArrayDeque<>();

    /** The lines of unclosed quotes, which may have swallowed brackets. */
    private final Set<Integer> excusedLines;

    private boolean listAhead;
    private int superfluousBraces;

    BracketRepair(List<SourceToken> tokens, ErrorLog log) {
        this.tokens = tokens;
        this.log = log;
        this.excusedLines = tokens.stream()
                .filter(t -> t.suspect && t.getType() == CnnLexer.STRING)
                .map(SourceToken::line)
                .collect(Collectors.toSet());
        this.superfluousBraces = count(CnnLexer.RBRACE) - count(CnnLexer.LBRACE);
    }

    private int count(int type) {
        return (int) tokens.stream().filter(t -> t.getType() == type).count();
    }

    /** The tokens with well-formed nesting; nothing, when they nest too deeply or have too many errors. */
    List<SourceToken> repair() {
        int missingBrace = -1;
        for (int i = 0; i < tokens.size(); i++) {
            SourceToken token = tokens.get(i);
            if (open.size() > Brackets.DEEPEST) {
                log.add(Brackets.tooDeep(token));
                return List.of();
            }
            if (log.isFull()) {
                return List.of();
            }
            closeUnclosed(i);
            if (i == missingBrace) {
                openMissing();
            } else if (superfluousBraces > 0 && Words.beginsDeclaration(tokens, i)) {
                missingBrace = missingBrace(i);
            }
            if (Brackets.isOpener(token)) {
                open(token);
            } else if (Brackets.isCloser(token) && !close(token)) {
                continue;
            }
            listAhead |= token.isOneOf(LIST_HEADS);
            result.add(token);
        }
        return result;
    }

    private void open(SourceToken token) {
        open.push(token);
        if (token.getType() == CnnLexer.LBRACE) {
            if (listAhead) {
                lists.push(token);
            }
            listAhead = false;
        }
    }

    private SourceToken pop() {
        SourceToken top = open.pop();
        if (top == lists.peek()) {
            lists.pop();
        }
        return top;
    }

    // ---- missing

    /** Closes what must have ended before the token at {@code i}. */
    private void closeUnclosed(int i) {
        List<SourceToken> unclosed = new ArrayList<>();
        while (!open.isEmpty() && endsBefore(open.element(), i)) {
            unclosed.add(open.element());
            pop();
        }
        if (unclosed.isEmpty()) {
            return;
        }
        SourceToken last = result.getLast();
        for (SourceToken opener : unclosed) {
            opener.damaged = true;
            opener.suspect = true;
            int type = Brackets.closerOf(opener.getType());
            result.add(SourceToken.missing(type, closerText(opener), last));
        }
        SourceToken token = tokens.get(i);
        boolean swallowed = excusedLines.contains(unclosed.getLast().line()) || (Words.isEnd(token) && token.suspect);
        if (!swallowed) {
            reportUnclosed(unclosed, last, token);
        }
    }

    private boolean endsBefore(SourceToken opener, int i) {
        SourceToken token = tokens.get(i);
        if (Words.isEnd(token) || Words.beginsDeclaration(tokens, i)) {
            return true;
        }
        if (Brackets.isCloser(token)) {
            return Brackets.closes(token, opener)
                    ? closesOuter(token, opener)
                    : open.stream().anyMatch(o -> Brackets.closes(token, o));
        }
        if (opener == lists.peek()) {
            return false;
        }
        return Words.beginsStatement(tokens, i) || (token.isFirstOnLine() && token.indent() <= opener.indent());
    }

    /** Whether indentation says that {@code closer} belongs to a bracket outside of {@code opener}. */
    private boolean closesOuter(SourceToken closer, SourceToken opener) {
        return closer.isFirstOnLine()
                && closer.indent() < opener.indent()
                && open.stream().anyMatch(o -> Brackets.closes(closer, o) && o.indent() == closer.indent());
    }

    private static String closerText(SourceToken opener) {
        return switch (opener.getType()) {
            case CnnLexer.LBRACE -> "}";
            case CnnLexer.LPAREN -> ")";
            default -> "]";
        };
    }

    private void reportUnclosed(List<SourceToken> unclosed, SourceToken last, SourceToken next) {
        String closers = unclosed.stream().map(BracketRepair::closerText).collect(Collectors.joining(" "));
        String openers = unclosed.stream()
                .map(o -> "`" + o.getText() + "` of line " + o.line())
                .collect(Collectors.joining(" and the "));
        boolean sameLine = next.line() == last.line() && !Words.isEnd(next);
        Diagnostic.Builder error = Diagnostic.error(
                Code.UNCLOSED,
                sameLine ? next.span() : last.spanBehind(),
                "the " + openers + (unclosed.size() == 1 ? " is" : " are") + " never closed");
        error.label("`" + closers + "` is missing " + (sameLine ? "before this" : "here"));
        unclosed.forEach(o -> error.related(o.span(), "opened here"));
        String where = sameLine ? "before `" + next.getText() + "`" : "behind line " + last.line();
        log.add(error.fix("write `" + closers + "` " + where));
    }

    /** The index behind the head of the declaration at {@code i}, if the brace is missing there, or -1. */
    private int missingBrace(int i) {
        int end = i + (tokens.get(i).is("train") ? 4 : 2);
        if (end < tokens.size() && tokens.get(end).is("(")) {
            int depth = 0;
            do {
                depth += Brackets.isOpener(tokens.get(end)) ? 1 : Brackets.isCloser(tokens.get(end)) ? -1 : 0;
                end++;
            } while (depth > 0 && end < Math.min(tokens.size(), i + LONGEST_HEAD));
        }
        boolean isMissing = end < tokens.size() && Words.mayBeginStatement(tokens, end);
        return isMissing ? end : -1;
    }

    private void openMissing() {
        SourceToken last = result.getLast();
        SourceToken brace = SourceToken.missing(CnnLexer.LBRACE, "{", last);
        superfluousBraces--;
        open(brace);
        result.add(brace);
        log.add(Diagnostic.error(
                        Code.PUNCTUATION, last.spanBehind(), "a `{` is missing behind `" + last.getText() + "`")
                .fix("write `" + last.getText() + " {`"));
    }

    // ---- superfluous

    /** Whether {@code token} closes what is open; if not, it is reported, and to be left out. */
    private boolean close(SourceToken token) {
        SourceToken top = open.peek();
        if (top == null || closesTooEarly(token, top)) {
            reportSuperfluous(token);
            return false;
        }
        if (!Brackets.closes(token, top)) {
            if (top == lists.peek() || top.line() != token.line()) {
                reportSuperfluous(token);
                return false;
            }
            reportMismatch(token, top);
        }
        pop();
        return true;
    }

    /** Whether indentation says that {@code top}, which holds statements, goes on behind the brace {@code token}. */
    private boolean closesTooEarly(SourceToken token, SourceToken top) {
        return superfluousBraces > 0
                && top == lists.peek()
                && top.line() != token.line()
                && (!token.isFirstOnLine() || token.indent() > top.indent());
    }

    private void reportSuperfluous(SourceToken token) {
        if (token.getType() == CnnLexer.RBRACE) {
            superfluousBraces--;
        }
        if (!result.isEmpty() && result.getLast().line() == token.line()) {
            result.getLast().blame();
        }
        if (!excusedLines.contains(token.line())) {
            log.add(Diagnostic.error(Code.UNOPENED, token.span(), "this `" + token.getText() + "` closes nothing")
                    .fix("remove it, or open the bracket that it should close"));
        }
    }

    private void reportMismatch(SourceToken token, SourceToken top) {
        String expected = closerText(top);
        log.add(Diagnostic.error(
                        Code.UNOPENED, token.span(), "a `" + top.getText() + "` is closed by `" + token.getText() + "`")
                .related(top.span(), "opened here")
                .fix("write `" + expected + "`"));
        token.setType(Brackets.closerOf(top.getType()));
        token.setText(expected);
        token.blame();
    }
}
