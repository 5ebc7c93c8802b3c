package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.compiler.source.Span;
import dev.striate.grammar.CnnLexer;
import dev.striate.grammar.CnnParser;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** Says in the user's words what is wrong at a token that the parser could not use, and what to write instead. */
final class SyntaxErrors {
    private static final Set<String> WRONG_ARROWS = Set.of("=>", "->", ">>", "|>", "-->");
    private static final Set<String> TYPE_WORDS = Set.of("f32", "class");
    private static final Set<String> STEP_WORDS = Set.of("if", "for", "repeat", "each", "else");

    private final List<SourceToken> tokens;
    private final SourceToken found;
    private final SourceToken before;
    private final SourceToken next;
    private final boolean sameLine;

    SyntaxErrors(List<SourceToken> tokens, SourceToken found) {
        int i = found.getTokenIndex();
        this.tokens = tokens;
        this.found = found;
        this.before = tokens.get(Math.max(0, i - 1));
        this.next = tokens.get(Math.min(tokens.size() - 1, i + 1));
        this.sameLine = !found.isFirstOnLine() && !Words.isEnd(found);
    }

    // ---- between statements

    /** What is wrong when {@code found} cannot begin a statement, setting or declaration of {@code list}. */
    Diagnostic.Builder inList(ParserRuleContext list) {
        if (isOddSpelling()) {
            return oddSpelling();
        }
        if (list instanceof CnnParser.FileContext) {
            return inFile();
        }
        boolean goesOn = sameLine && before.opener == found.opener;
        if (goesOn && found.is("(") && before.isOneOf(TYPE_WORDS)) {
            return punctuation("the dimensions of a type stand in `[` and `]`", "write `" + before.getText() + "[…]`");
        }
        if (list instanceof CnnParser.SettingsContext) {
            return inSettings();
        }
        return goesOn ? behindStatement() : beginningStatement();
    }

    private Diagnostic.Builder inFile() {
        if (found.is("import") || found.is("package")) {
            return unexpected(
                    quoted(found) + " stands behind other declarations",
                    "the order is `package`, imports, then nets, blocks and recipes");
        }
        if (found.isOneOf(Words.STATEMENTS) || next.is("->")) {
            return unexpected("a statement stands outside of a net", "write it between the braces of `net Name { … }`");
        }
        if (found.isOneOf(Words.SETTINGS)) {
            return unexpected(
                    "a setting stands outside of a recipe",
                    "write it between the braces of `train Name for Net { … }`");
        }
        return misspelled("declaration", Words.DECLARATIONS, "begin with `net`, `block` or `train`");
    }

    private Diagnostic.Builder inSettings() {
        if (found.isOneOf(Words.STATEMENTS)) {
            return unexpected(quoted(found) + " is not a setting of a recipe", "move it into the net");
        }
        String all = String.join(", ", new TreeSet<>(Words.SETTINGS));
        return misspelled("setting", Words.SETTINGS, "the settings are " + all);
    }

    private Diagnostic.Builder misspelled(String kind, Set<String> words, String otherwise) {
        return unexpected(
                quoted(found) + " does not begin a " + kind,
                Suggestions.nearest(found.getText(), words)
                        .map(w -> "write `" + w + "`")
                        .orElse(otherwise));
    }

    private Diagnostic.Builder behindStatement() {
        if (Words.beginsValue(found)) {
            return punctuation(
                    "something is missing between " + quoted(before) + " and " + quoted(found),
                    "arguments stand in parentheses, `conv(8, 3)`; between steps stands `->`");
        }
        return unexpected(quoted(found) + " does not belong behind " + quoted(before), "remove it");
    }

    private Diagnostic.Builder beginningStatement() {
        if (found.is("->")) {
            return unexpected("a chain cannot begin with an arrow", "write a value before it, as in `image -> …`");
        }
        if (found.is("(")) {
            return unexpected("a statement cannot begin with `(`", "name the result: `let c, h = (a, b) -> …`");
        }
        if (found.isOneOf(STEP_WORDS)) {
            return unexpected(quoted(found) + " cannot begin a statement", Examples.like(found.getText()));
        }
        return unexpected(quoted(found) + " cannot begin a statement", Examples.like("->"));
    }

    // ---- within something

    /** What is wrong when {@code found} does not fit into {@code context}. */
    Diagnostic.Builder explain(ParserRuleContext context, RecognitionException e) {
        if (isOddSpelling()) {
            return oddSpelling();
        }
        boolean lookedAhead = e instanceof NoViableAltException n && n.getStartToken() != found;
        IntervalSet expected = lookedAhead ? new IntervalSet() : e.getExpectedTokens();
        return switch (context) {
            case CnnParser.NameContext c -> missingName(c);
            case CnnParser.WordContext c -> missingName(c);
            case CnnParser.CallContext c -> missingName(c);
            case CnnParser.ExprContext c -> inExpression(expected);
            case CnnParser.ArgsContext c -> inArguments();
            case CnnParser.ParamsContext c -> inParameters();
            case CnnParser.ChainContext c -> inChain((SourceToken) c.getStart());
            case CnnParser.BodyContext c when c.getStart() != found -> inBraces();
            case CnnParser.BranchesContext c -> inBraces();
            default -> inOther(context, lookedAhead, expected);
        };
    }

    private Diagnostic.Builder inOther(ParserRuleContext context, boolean lookedAhead, IntervalSet expected) {
        if (lookedAhead) {
            return context.getStart() == before
                    ? missingName(context)
                    : unexpected(
                            quoted(found) + " does not belong behind " + quoted(before), Examples.like(head(context)));
        }
        return expected.contains(CnnLexer.ID) ? missingStep() : missing(context, expected);
    }

    private Diagnostic.Builder missingName(ParserRuleContext context) {
        if (sameLine && Words.isReserved(found)) {
            return reserved();
        }
        if (context.getParent() instanceof CnnParser.TypeContext) {
            return unexpected("a type is missing behind " + quoted(before), Examples.like(head(context)));
        }
        if (found.getType() == CnnLexer.STRING && sameLine) {
            return unexpected(
                    "a name stands without quotes", "write `" + found.getText().replace("\"", "") + "`");
        }
        return unexpected("a name is missing behind " + quoted(before), Examples.like(head(context)));
    }

    private Diagnostic.Builder reserved() {
        String text = found.getText();
        return Diagnostic.error(
                        Code.RESERVED_WORD, found.span(), "`" + text + "` is a reserved word and cannot be a name")
                .fix("choose another name, such as `" + text + "_`");
    }

    private Diagnostic.Builder inExpression(IntervalSet expected) {
        if (expected.contains(CnnLexer.NUM)) {
            return missingValue();
        }
        if (Words.beginsValue(found)) {
            return missingComma();
        }
        return unexpected(
                quoted(found) + " does not belong behind " + quoted(before),
                "remove it, or close the bracket before it");
    }

    private Diagnostic.Builder missingValue() {
        if (sameLine && Words.isReserved(found)) {
            return reserved();
        }
        if (found.is("{")) {
            return unexpected(
                    "a value cannot begin with `{`", "write the chain without braces: `act=batch_norm -> relu`");
        }
        String fix = before.is(",")
                ? "write the value, or remove the `,`"
                : "write a value, such as `3`, `x` or `conv(8, 3x3)`";
        return unexpected("a value is missing behind " + quoted(before), fix);
    }

    private Diagnostic.Builder missingComma() {
        return punctuation(
                "a `,` is missing between " + quoted(before) + " and " + quoted(found),
                "write `" + before.getText() + ", " + found.getText() + "`");
    }

    private Diagnostic.Builder missingStep() {
        if (before.is("{") && found.is("}")) {
            return Diagnostic.error(Code.UNEXPECTED, before.span().to(found.span()), "these braces are empty")
                    .fix("write `identity` where nothing is to be done");
        }
        if (found.is("|") || before.is("|")) {
            return unexpected("a branch is missing", "write `identity` for the branch that changes nothing");
        }
        if (found.is("(")) {
            return unexpected("a tuple can only begin a chain", "write it first: `let c, h = (a, b) -> …`");
        }
        if (sameLine && (Words.isReserved(found) || Words.beginsValue(found))) {
            return unexpected(
                    quoted(found) + " is not a layer",
                    "behind " + quoted(before) + " stands a layer, a block or `output name`");
        }
        String fix = before.is("->") ? "write the layer, or remove the `->`" : "write the layer";
        return unexpected("a layer is missing behind " + quoted(before), fix);
    }

    private Diagnostic.Builder inArguments() {
        if (found.is(":")) {
            return punctuation(
                    "arguments are named with `=`", "write `" + before.getText() + "=" + next.getText() + "`");
        }
        if (Words.beginsValue(found)) {
            return missingComma();
        }
        return unexpected(
                quoted(found) + " does not belong behind " + quoted(before) + " in these arguments",
                "separate arguments with `,` and name them with `=`: `conv(8, 3x3, pad=1)`");
    }

    private Diagnostic.Builder inParameters() {
        String name = before.getText();
        if (found.is("=")) {
            return punctuation(
                    "the parameter " + quoted(before) + " has a default but no type",
                    "write `" + name + ": " + typeOf(next) + " = " + next.getText() + "`");
        }
        if (Words.isName(found) && Words.isName(before)) {
            String fix = "write `" + name + ": " + found.getText() + "`, or `" + name + ", " + found.getText() + "`";
            return punctuation("a `:` or `,` is missing between " + quoted(before) + " and " + quoted(found), fix);
        }
        return unexpected(
                quoted(found) + " does not belong behind " + quoted(before) + " in these parameters",
                "write a parameter like `classes: int = 10`");
    }

    private static String typeOf(SourceToken value) {
        return switch (value.getType()) {
            case CnnLexer.EXTENT -> "extent";
            case CnnLexer.STRING -> "string";
            case CnnLexer.NUM -> value.getText().contains(".") ? "float" : "int";
            case CnnLexer.LBRACK -> "list";
            default -> value.is("true") || value.is("false") ? "bool" : "op";
        };
    }

    /** A chain that has a head and no arrow behind it, and so may have been meant as anything. */
    private Diagnostic.Builder inChain(SourceToken head) {
        if (head.isOneOf(Words.SETTINGS) && sameLine) {
            return unexpectedAt(
                    head, quoted(head) + " is a setting of a recipe", "move it into `train Name for Net { … }`");
        }
        if (found.is("=") && head == before) {
            return punctuation("a value is named with `let`", "write `let " + head.getText() + " = …`");
        }
        if (found.is(":") && head == before) {
            return unexpected(
                    "a type stands behind `input`, `label` or `param`", "write `input " + head.getText() + ": …`");
        }
        if (sameLine && head == before && Words.beginsValue(found)) {
            return Suggestions.nearest(head.getText(), Words.STATEMENTS)
                    .map(w -> unexpectedAt(head, quoted(head) + " does not begin a statement", "write `" + w + "`"))
                    .orElseGet(this::missingArrow);
        }
        if (Words.beginsValue(found) && sameLine) {
            return missingArrow();
        }
        if (head.isOneOf(Words.STATEMENTS)) {
            return unexpectedAt(head, "what belongs to " + quoted(head) + " is missing", Examples.like(head.getText()));
        }
        return unexpectedAt(
                head, quoted(head) + " alone does nothing", "go on with an arrow: `" + head.getText() + " -> …`");
    }

    private Diagnostic.Builder missingArrow() {
        return punctuation(
                "a `->` is missing between " + quoted(before) + " and " + quoted(found),
                "write `-> " + found.getText() + "`");
    }

    private Diagnostic.Builder inBraces() {
        if (found.is("|")) {
            return unexpected("only a merge has branches", "write `add { a | b }` or another merge");
        }
        if (found.is(",")) {
            return unexpected(
                    "branches and steps are not separated by `,`", "write `|` between branches, `->` between steps");
        }
        if (before.isOneOf(Words.STATEMENTS) && sameLine) {
            return unexpectedAt(
                    before,
                    quoted(before) + " cannot stand within a chain",
                    "write it as a statement before the chain");
        }
        return Words.beginsValue(found)
                ? missingArrow()
                : unexpected(quoted(found) + " does not belong behind " + quoted(before), "remove it");
    }

    private Diagnostic.Builder missing(ParserRuleContext context, IntervalSet expected) {
        String fix = Examples.like(head(context));
        boolean swapped = expected.size() == 1 && (found.is("=") || found.is(":"));
        if (swapped) {
            return punctuation(words(expected) + " belongs where " + quoted(found) + " stands", fix);
        }
        String message = words(expected) + " is missing behind " + quoted(before);
        boolean isWord = expected.toList().stream().anyMatch(t -> Character.isLetter(word(t).charAt(1)));
        return isWord ? unexpected(message, fix) : punctuation(message, fix);
    }

    private static String words(IntervalSet expected) {
        return expected.toList().stream()
                .map(SyntaxErrors::word)
                .distinct()
                .limit(4)
                .collect(Collectors.joining(" or "));
    }

    private static String word(int type) {
        return switch (type) {
            case CnnLexer.NUM -> "a number";
            case CnnLexer.UNIT -> "a unit";
            case CnnLexer.STRING -> "text in quotes";
            case Token.EOF -> "the end of the file";
            default -> CnnLexer.VOCABULARY.getLiteralName(type).replace('\'', '`');
        };
    }

    /** The word that begins the step, statement, setting or declaration that {@code context} is part of. */
    private static String head(ParserRuleContext context) {
        for (ParserRuleContext c = context; c != null; c = c.getParent()) {
            switch (c) {
                case CnnParser.ChainContext chain -> {
                    return "->";
                }
                case CnnParser.ChoiceContext choice -> {
                    return "if";
                }
                case CnnParser.RepeatActionContext repeat -> {
                    return "repeat";
                }
                case CnnParser.ForActionContext loop -> {
                    return "for";
                }
                case CnnParser.StmtContext stmt -> {
                    return stmt.getStart().getText();
                }
                case CnnParser.SettingContext setting -> {
                    return setting.getStart().getText();
                }
                case CnnParser.DeclContext decl -> {
                    return decl.getStart().getText();
                }
                default -> {}
            }
        }
        return context.getStart().getText();
    }

    // ---- spelling

    private boolean isOddSpelling() {
        return isArrow(found, next) || isArrow(before, found) || pointBehindNumber() != null;
    }

    private Diagnostic.Builder oddSpelling() {
        @Nullable Span number = pointBehindNumber();
        if (number != null) {
            String digits = number.text().substring(0, number.text().length() - 1);
            return Diagnostic.error(Code.MALFORMED_NUMBER, number, "a digit is missing behind the point")
                    .fix("write `" + digits + "` or `" + digits + ".0`");
        }
        Span arrow = isArrow(found, next)
                ? found.span().to(next.span())
                : before.span().to(found.span());
        return Diagnostic.error(Code.PUNCTUATION, arrow, "`" + arrow.text() + "` is not an arrow")
                .fix("write `->`");
    }

    private static boolean isArrow(SourceToken first, SourceToken second) {
        return first != second
                && first.line() == second.line()
                && WRONG_ARROWS.contains(first.getText() + second.getText());
    }

    private @Nullable Span pointBehindNumber() {
        SourceToken point = found.is(".") ? found : before;
        SourceToken number = tokens.get(Math.max(0, point.getTokenIndex() - 1));
        boolean isOne = point.is(".") && number.getType() == CnnLexer.NUM && number.touches(point);
        return isOne ? number.span().to(point.span()) : null;
    }

    // ---- parts of messages

    /** Underlines what was found or, when that is on another line, the place behind what precedes it. */
    private Span place() {
        return sameLine || before == found ? found.span() : before.spanBehind();
    }

    private Diagnostic.Builder unexpected(String message, String fix) {
        return Diagnostic.error(Code.UNEXPECTED, place(), message).fix(fix);
    }

    private Diagnostic.Builder unexpectedAt(SourceToken token, String message, String fix) {
        return Diagnostic.error(Code.UNEXPECTED, token.span(), message).fix(fix);
    }

    private Diagnostic.Builder punctuation(String message, String fix) {
        return Diagnostic.error(Code.PUNCTUATION, place(), message).fix(fix);
    }

    private static String quoted(SourceToken token) {
        return Words.isEnd(token) ? "the end of the file" : "`" + token.getText() + "`";
    }
}
