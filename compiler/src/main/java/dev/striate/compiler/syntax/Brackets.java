package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.grammar.CnnLexer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/**
 * Pairs the brackets of a file before it is parsed. Where they do not pair, indentation and keywords tell which one is
 * missing or superfluous; it is reported, and put in or taken out ({@link BracketRepair}), so
 * that the parser meets only well-formed nesting and an error in one place does not spoil what stands elsewhere.
 */
final class Brackets {
    /** How deep brackets, and the expressions of the parser, may nest. */
    static final int DEEPEST = 200;

    private Brackets() {}

    /** The tokens with well-formed nesting, each with its index, opener and partner; or nothing, when that failed. */
    static List<SourceToken> pair(List<SourceToken> tokens, ErrorLog log) {
        SourceToken tooDeep = firstTooDeep(tokens);
        if (tooDeep != null) {
            log.add(tooDeep(tooDeep));
            return List.of();
        }
        List<SourceToken> paired = isBalanced(tokens) ? tokens : new BracketRepair(tokens, log).repair();
        connect(paired);
        return paired;
    }

    /** The first of too many open brackets, whatever closes them: what does not pair is then not worth a report. */
    private static @Nullable SourceToken firstTooDeep(List<SourceToken> tokens) {
        int depth = 0;
        for (SourceToken token : tokens) {
            if (isOpener(token) && ++depth > DEEPEST) {
                return token;
            }
            if (isCloser(token) && depth > 0) {
                depth--;
            }
        }
        return null;
    }

    /** The type of the bracket that closes {@code opener}, or {@link Token#INVALID_TYPE} when that opens nothing. */
    static int closerOf(int opener) {
        return switch (opener) {
            case CnnLexer.LBRACE -> CnnLexer.RBRACE;
            case CnnLexer.LPAREN -> CnnLexer.RPAREN;
            case CnnLexer.LBRACK -> CnnLexer.RBRACK;
            default -> Token.INVALID_TYPE;
        };
    }

    /** The type of the bracket that {@code closer} closes, or {@link Token#INVALID_TYPE} when it closes nothing. */
    static int openerOf(int closer) {
        return switch (closer) {
            case CnnLexer.RBRACE -> CnnLexer.LBRACE;
            case CnnLexer.RPAREN -> CnnLexer.LPAREN;
            case CnnLexer.RBRACK -> CnnLexer.LBRACK;
            default -> Token.INVALID_TYPE;
        };
    }

    /** Whether {@code token} is an opening bracket. */
    static boolean isOpener(SourceToken token) {
        return closerOf(token.getType()) != Token.INVALID_TYPE;
    }

    /** Whether {@code token} is a closing bracket. */
    static boolean isCloser(SourceToken token) {
        return openerOf(token.getType()) != Token.INVALID_TYPE;
    }

    /** Whether the two are a pair. */
    static boolean closes(SourceToken closer, SourceToken opener) {
        return closer.getType() == closerOf(opener.getType());
    }

    private static boolean isBalanced(List<SourceToken> tokens) {
        Deque<SourceToken> open = new ArrayDeque<>();
        for (SourceToken token : tokens) {
            if (isOpener(token)) {
                open.push(token);
            } else if (isCloser(token) && (open.isEmpty() || !closes(token, open.pop()))) {
                return false;
            }
        }
        return open.isEmpty();
    }

    /** Sets what a token knows of its surroundings. */
    private static void connect(List<SourceToken> tokens) {
        Deque<SourceToken> open = new ArrayDeque<>();
        for (int i = 0; i < tokens.size(); i++) {
            SourceToken token = tokens.get(i);
            token.setTokenIndex(i);
            if (isCloser(token)) {
                token.partner = open.pop();
                token.partner.partner = token;
            }
            token.opener = open.peek();
            if (isOpener(token)) {
                open.push(token);
            }
        }
    }

    /** The report that {@code token} is on too deep a level. */
    static Diagnostic.Builder tooDeep(SourceToken token) {
        return Diagnostic.error(Code.TOO_DEEP, token.span(), "this is nested more than " + DEEPEST + " levels deep")
                .fix("name an inner part with `let`, or move it into a block of its own");
    }
}
