package dev.striate.compiler.syntax;

import dev.striate.grammar.CnnLexer;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.Token;

/** The words that begin things, by which reading finds its way again after an error. */
final class Words {
    /** What begins a declaration. */
    static final Set<String> DECLARATIONS = Set.of("net", "block", "train", "import", "package", "defaults");

    /** What begins a statement, chains apart. */
    static final Set<String> STATEMENTS = Set.of(
            "input",
            "label",
            "let",
            "output",
            "param",
            "shared",
            "defaults",
            "when",
            "loss",
            "metric",
            "objective",
            "assert");

    /** What begins a setting. */
    static final Set<String> SETTINGS = Set.of(
            "init",
            "data",
            "feed",
            "transform",
            "optimize",
            "schedule",
            "precision",
            "group",
            "freeze",
            "budget",
            "phase",
            "checkpoint",
            "stop",
            "expect");

    /** What cannot be the name of anything; the units are added by {@link #isReserved}. */
    private static final Set<String> RESERVED = Set.of(
            "output",
            "objective",
            "assert",
            "repeat",
            "for",
            "if",
            "else",
            "each",
            "where",
            "true",
            "false",
            "net",
            "block",
            "package",
            "import",
            "step");

    /** Between two parts of an expression or a chain. */
    private static final Set<String> JOINTS = Set.of(
            "->", ",", "=", ":", ".", "..", "+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "?",
            "|");

    /** What asks for more after it, joints apart. */
    private static final Set<String> UNFINISHED = Set.of("(", "[", "!", "in", "for", "repeat", "if");

    /** What goes on with what precedes it, joints apart. */
    private static final Set<String> CONTINUING =
            Set.of(")", "]", "}", "[", "{", "else", "where", "at", "updates", "from", "except", "map", "with");

    /** What follows the name that a statement declares. */
    private static final Set<String> AFTER_NAME = Set.of(":", "=", ",");

    private Words() {}

    /** Whether {@code token} is a word that cannot be a name. */
    static boolean isReserved(SourceToken token) {
        return token.getType() == CnnLexer.UNIT || token.isOneOf(RESERVED);
    }

    /** Whether {@code token} may be the name of something. */
    static boolean isName(SourceToken token) {
        return token.getType() == CnnLexer.ID
                || (Character.isLetter(token.getText().charAt(0)) && !isReserved(token));
    }

    /** Whether a value may begin with {@code token}. */
    static boolean beginsValue(SourceToken token) {
        return switch (token.getType()) {
            case CnnLexer.NUM, CnnLexer.EXTENT, CnnLexer.STRING, CnnLexer.STEP -> true;
            default -> isName(token) || token.is("true") || token.is("false");
        };
    }

    /** Whether a declaration certainly begins at {@code tokens[i]}, wherever that is. */
    static boolean beginsDeclaration(List<SourceToken> tokens, int i) {
        return tokens.get(i).isOneOf(DECLARATIONS) && !isWithin(tokens, i) && readsLikeDeclaration(tokens, i);
    }

    private static boolean readsLikeDeclaration(List<SourceToken> tokens, int i) {
        SourceToken token = tokens.get(i);
        return switch (token.getText()) {
            case "net", "block" ->
                isName(at(tokens, i + 1)) && at(tokens, i + 2).isOneOf(Set.of("(", "{", "="));
            case "train" -> isName(at(tokens, i + 1)) && at(tokens, i + 2).is("for");
            case "import", "package" -> token.isFirstOnLine() && isName(at(tokens, i + 1));
            default -> false;
        };
    }

    /** Whether a declaration probably begins at {@code tokens[i]}, which is at the level of the file. */
    static boolean mayBeginDeclaration(List<SourceToken> tokens, int i) {
        SourceToken token = tokens.get(i);
        return (token.isFirstOnLine() && token.isOneOf(DECLARATIONS)) || beginsDeclaration(tokens, i);
    }

    /** Whether a statement or setting certainly begins at {@code tokens[i]}: it would make no sense in another way. */
    static boolean beginsStatement(List<SourceToken> tokens, int i) {
        return !isWithin(tokens, i) && readsLikeStatement(tokens, i);
    }

    /** Whether a statement begins with the line at {@code tokens[i]} although the line before ends with a joint. */
    static boolean interruptsValue(List<SourceToken> tokens, int i) {
        return tokens.get(i).isFirstOnLine()
                && i > 0
                && tokens.get(i - 1).isOneOf(JOINTS)
                && !tokens.get(i - 1).is(".")
                && !at(tokens, i + 1).isFirstOnLine()
                && !namesOutput(tokens, i)
                && readsLikeStatement(tokens, i);
    }

    /** Whether a declaration begins with the line at {@code tokens[i]} although the path of the line before ends with a dot. */
    static boolean interruptsPath(List<SourceToken> tokens, int i) {
        return i > 0 && tokens.get(i - 1).is(".") && tokens.get(i).isFirstOnLine() && readsLikeDeclaration(tokens, i);
    }

    /** Whether {@code output y} ends the chain of the line before, as it may. */
    private static boolean namesOutput(List<SourceToken> tokens, int i) {
        return tokens.get(i).is("output")
                && tokens.get(i - 1).isOneOf(Set.of("->", ":"))
                && !at(tokens, i + 2).is("=");
    }

    private static boolean readsLikeStatement(List<SourceToken> tokens, int i) {
        SourceToken token = tokens.get(i);
        SourceToken next = at(tokens, i + 1);
        return switch (token.getText()) {
            case "objective", "assert" -> !next.is("=");
            case "when", "transform" -> isName(next) && at(tokens, i + 2).is("{");
            case "defaults" -> isName(next) && at(tokens, i + 2).is("(");
            case "group", "freeze" -> next.getType() == CnnLexer.STRING;
            default ->
                token.isOneOf(SETTINGS)
                        ? token.isFirstOnLine() && isName(next)
                        : token.isOneOf(STATEMENTS)
                                && isName(next)
                                && at(tokens, i + 2).isOneOf(AFTER_NAME);
        };
    }

    /**
     * Whether a statement probably begins at {@code tokens[i]}: it certainly does, or a line begins there that neither
     * the line before nor its own first word makes a continuation.
     */
    static boolean mayBeginStatement(List<SourceToken> tokens, int i) {
        SourceToken token = tokens.get(i);
        boolean goesOn = isWithin(tokens, i) || token.isOneOf(JOINTS) || token.isOneOf(CONTINUING);
        return (token.isFirstOnLine() && !goesOn) || beginsStatement(tokens, i);
    }

    /** Whether what precedes {@code tokens[i]} asks for more. */
    private static boolean isWithin(List<SourceToken> tokens, int i) {
        return i > 0 && (tokens.get(i - 1).isOneOf(JOINTS) || tokens.get(i - 1).isOneOf(UNFINISHED));
    }

    private static SourceToken at(List<SourceToken> tokens, int i) {
        return tokens.get(Math.min(i, tokens.size() - 1));
    }

    /** Whether {@code token} is the end of the file. */
    static boolean isEnd(SourceToken token) {
        return token.getType() == Token.EOF;
    }
}
