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
    private static final Set<String> RESERVED_LIST_HEADS = Set.of("net", "block");
    private static final Set<String> LIST_HEADS = Set.of("train", "when", "phase");

    /** How many tokens ahead a partner is looked for. */
    private static final int FAR = 1000;

    /** More unclosed brackets than this in one place are counted, not listed. */
    private static final int MANY = 4;

    private final List<SourceToken> tokens;
    private final ErrorLog log;
    private final List<SourceToken> result = new ArrayList<>();
    private final Deque<SourceToken> open = new ArrayDeque<>();

    /** Those open braces that hold statements or settings, in contrast to those of chains. */
    private final Deque<SourceToken> lists = new ArrayDeque<>();

    /** The lines of unclosed quotes, which may have swallowed brackets. */
    private final Set<Integer> excusedLines;

    private boolean listAhead;

    /** By type of the opener, how many more there are of it than of its closer. */
    private final int[] unclosed = new int[CnnLexer.VOCABULARY.getMaxTokenType() + 1];

    BracketRepair(List<SourceToken> tokens, ErrorLog log) {
        this.tokens = tokens;
        this.log = log;
        this.excusedLines = tokens.stream()
                .filter(t -> t.suspect && t.getType() == CnnLexer.STRING)
                .map(SourceToken::line)
                .collect(Collectors.toSet());
        for (SourceToken token : tokens) {
            count(token);
        }
    }

    private void count(SourceToken token) {
        if (Brackets.isOpener(token)) {
            unclosed[token.getType()]++;
        } else if (Brackets.isCloser(token)) {
            unclosed[Brackets.openerOf(token.getType())]--;
        }
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
            } else if (unclosed[CnnLexer.LBRACE] < 0 && Words.beginsDeclaration(tokens, i)) {
                missingBrace = missingBrace(i);
            }
            boolean fits = Brackets.isOpener(token) ? open(i) : !Brackets.isCloser(token) || close(i);
            if (!fits) {
                continue;
            }
            listAhead |= beginsList(i);
            result.add(token);
        }
        return result;
    }

    /** Whether the next brace is one that holds statements or settings. */
    private boolean beginsList(int i) {
        SourceToken token = tokens.get(i);
        return token.isOneOf(RESERVED_LIST_HEADS)
                || (token.isOneOf(LIST_HEADS) && Words.isName(tokens.get(Math.min(i + 1, tokens.size() - 1))));
    }

    /**
     * Whether the token at {@code i} opens anything; if not, because the brace is doubled, it is reported, and to be
     * left out. Several in a row are one mistake.
     */
    private boolean open(int i) {
        SourceToken token = tokens.get(i);
        if (token.is("{")
                && unclosed[CnnLexer.LBRACE] > 0
                && !result.isEmpty()
                && result.getLast().is("{")) {
            if (tokens.get(i - 1) == result.getLast()) {
                log.add(neverClosed(token, "remove it, or write the `}` that closes it"));
            }
            unclosed[CnnLexer.LBRACE]--;
            return false;
        }
        push(token);
        return true;
    }

    private void push(SourceToken opener) {
        open.push(opener);
        if (opener.is("{") && listAhead) {
            lists.push(opener);
        }
        listAhead &= !opener.is("{");
    }

    private static Diagnostic.Builder neverClosed(SourceToken opener, String fix) {
        String message = "this `" + opener.getText() + "` is never closed";
        return Diagnostic.error(Code.UNCLOSED, opener.span(), message).fix(fix);
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
        List<SourceToken> ending = new ArrayList<>();
        while (!open.isEmpty() && endsBefore(open.element(), i)) {
            ending.add(pop());
        }
        if (ending.isEmpty()) {
            return;
        }
        SourceToken last = result.getLast();
        for (SourceToken opener : ending) {
            blameFrom(opener);
            SourceToken closer = SourceToken.missing(Brackets.closerOf(opener.getType()), closerText(opener), last);
            count(closer);
            result.add(closer);
        }
        SourceToken token = tokens.get(i);
        boolean swallowed = excusedLines.contains(ending.getLast().line()) || (Words.isEnd(token) && token.suspect);
        boolean unfinished = last.suspect && last.start() == last.end();
        if (!swallowed && !unfinished) {
            reportUnclosed(ending, last, token);
        }
    }

    /** Doubts what stands in unclosed parentheses. What stands in unclosed braces is more, and mostly right. */
    private void blameFrom(SourceToken opener) {
        opener.damaged = true;
        opener.suspect = opener != lists.peek();
        for (int i = result.size() - 1; !opener.is("{") && result.get(i) != opener; i--) {
            result.get(i).blame();
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
        if (token.is("{") && listAhead && !opener.is("{")) {
            return true;
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

    private void reportUnclosed(List<SourceToken> ending, SourceToken last, SourceToken next) {
        if (ending.size() == 1 && !ending.getFirst().is("{")) {
            SourceToken opener = ending.getFirst();
            log.add(neverClosed(opener, "write the `" + closerText(opener) + "` that closes it"));
            return;
        }
        if (ending.size() > MANY) {
            log.add(Diagnostic.error(Code.UNCLOSED, last.spanAfter(), ending.size() + " brackets are never closed")
                    .label("this is within all of them")
                    .related(ending.getLast().span(), "the first is opened here")
                    .fix("close each, or remove those that are not needed"));
            return;
        }
        String closers = ending.stream().map(BracketRepair::closerText).collect(Collectors.joining(" "));
        String openers = ending.stream()
                .map(o -> "the `" + o.getText() + "` of line " + o.line())
                .collect(Collectors.joining(" and "));
        boolean onSameLine = !next.isFirstOnLine() && !Words.isEnd(next);
        Diagnostic.Builder error = Diagnostic.error(
                Code.UNCLOSED,
                onSameLine ? next.span() : last.spanAfter(),
                openers + (ending.size() == 1 ? " is" : " are") + " never closed");
        error.label("`" + closers + "` is missing " + (onSameLine ? "before this" : "here"));
        ending.forEach(o -> error.related(o.span(), "opened here"));
        String where = onSameLine ? "before `" + next.getText() + "`" : "after line " + last.line();
        log.add(error.fix("write `" + closers + "` " + where));
    }

    /** The index after the head of the declaration at {@code i}, if the brace is missing there, or -1. */
    private int missingBrace(int i) {
        int end = i + (tokens.get(i).is("train") ? 4 : 2);
        if (end < tokens.size() && tokens.get(end).is("(")) {
            int depth = 0;
            do {
                depth += Brackets.isOpener(tokens.get(end)) ? 1 : Brackets.isCloser(tokens.get(end)) ? -1 : 0;
                end++;
            } while (depth > 0 && end < Math.min(tokens.size(), i + FAR));
        }
        boolean isMissing = end < tokens.size() && Words.mayBeginStatement(tokens, end);
        return isMissing ? end : -1;
    }

    private void openMissing() {
        SourceToken last = result.getLast();
        SourceToken brace = SourceToken.missing(CnnLexer.LBRACE, "{", last);
        count(brace);
        push(brace);
        result.add(brace);
        log.add(Diagnostic.error(Code.PUNCTUATION, last.spanAfter(), "a `{` is missing after `" + last.getText() + "`")
                .fix("write `{` at the end of line " + last.line()));
    }

    // ---- superfluous

    /** Whether the closer at {@code i} closes what is open; if not, it is reported, and to be left out. */
    private boolean close(int i) {
        SourceToken token = tokens.get(i);
        SourceToken top = open.peek();
        if (top == null || closesTooEarly(token, top)) {
            reportSuperfluous(i);
            return false;
        }
        if (!Brackets.closes(token, top)) {
            if (top == lists.peek() || top.lineHead != token.lineHead || isClosedLater(top, i)) {
                reportSuperfluous(i);
                return false;
            }
            reportMismatch(token, top);
        }
        pop();
        return true;
    }

    /** Whether {@code opener} is probably closed after {@code i}: a brace anywhere in the file, others on the line. */
    private boolean isClosedLater(SourceToken opener, int i) {
        if (opener.is("{")) {
            return unclosed[CnnLexer.LBRACE] <= 0;
        }
        int depth = 1;
        int end = Math.min(tokens.size(), i + FAR);
        for (int k = i + 1; k < end && tokens.get(k).lineHead == opener.lineHead && depth > 0; k++) {
            if (tokens.get(k).getType() == opener.getType()) {
                depth++;
            } else if (Brackets.closes(tokens.get(k), opener)) {
                depth--;
            }
        }
        return depth == 0;
    }

    /** Whether indentation says that {@code top}, which holds statements, goes on after the brace {@code token}. */
    private boolean closesTooEarly(SourceToken token, SourceToken top) {
        return unclosed[CnnLexer.LBRACE] < 0
                && top == lists.peek()
                && top.line() != token.line()
                && (!token.isFirstOnLine() || token.indent() > top.indent());
    }

    /** Several of a kind in a row are one mistake. */
    private void reportSuperfluous(int i) {
        SourceToken token = tokens.get(i);
        SourceToken before = tokens.get(Math.max(0, i - 1));
        boolean leftOut = result.isEmpty() || result.getLast() != before;
        boolean again = i > 0 && before.getType() == token.getType() && leftOut;
        unclosed[Brackets.openerOf(token.getType())]++;
        blameUpTo(token);
        if (!again && !excusedLines.contains(token.line())) {
            log.add(Diagnostic.error(Code.UNOPENED, token.span(), "this `" + token.getText() + "` closes nothing")
                    .fix("remove it, or open the bracket that it should close"));
        }
    }

    /**
     * Doubts what precedes a superfluous closer, back to the line, indented no more, where the opener may be missing.
     */
    private void blameUpTo(SourceToken closer) {
        boolean reached = false;
        for (int i = result.size() - 1; i >= 0 && !reached && result.get(i) != lists.peek(); i--) {
            SourceToken token = result.get(i);
            reached = token.suspect || (token.isFirstOnLine() && token.indent() <= closer.indent());
            token.blame();
        }
    }

    private void reportMismatch(SourceToken token, SourceToken top) {
        String expected = closerText(top);
        log.add(Diagnostic.error(
                        Code.UNOPENED, token.span(), "a `" + top.getText() + "` is closed by `" + token.getText() + "`")
                .related(top.span(), "opened here")
                .fix("write `" + expected + "`"));
        unclosed[Brackets.openerOf(token.getType())]++;
        unclosed[top.getType()]--;
        token.setType(Brackets.closerOf(top.getType()));
        token.setText(expected);
        token.blame();
    }
}
