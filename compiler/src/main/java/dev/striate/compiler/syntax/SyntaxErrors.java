package dev.striate.compiler.syntax;

import static dev.striate.compiler.syntax.Trouble.quoted;
import static dev.striate.compiler.syntax.Trouble.reserved;
import static dev.striate.compiler.syntax.Trouble.unexpectedAt;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.grammar.CnnLexer;
import dev.striate.grammar.CnnParser.*;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.misc.IntervalSet;

/** Says what is wrong with a token that does not fit into the declaration, statement or setting that it is in. */
final class SyntaxErrors {
    private static final Set<String> BEFORE_COUNT_OR_CONDITION = Set.of("repeat", "in", "if");
    private static final Set<String> LOOPS_AND_CONDITIONS = Set.of("repeat", "for", "if");

    private final Trouble trouble;
    private final SourceToken found;
    private final SourceToken before;
    private final boolean onSameLine;

    SyntaxErrors(Trouble trouble) {
        this.trouble = trouble;
        this.found = trouble.found();
        this.before = trouble.before();
        this.onSameLine = trouble.onSameLine();
    }

    /** What is wrong in {@code context}, where ANTLR met {@code e}. */
    Diagnostic.Builder explain(ParserRuleContext context, RecognitionException e) {
        Optional<Diagnostic.Builder> odd = trouble.oddSpelling();
        if (odd.isPresent()) {
            return odd.get();
        }
        if (Words.isReserved(before) && (found.is(":") || context instanceof ArgContext)) {
            return reserved(before);
        }
        boolean lookedAhead = e instanceof NoViableAltException n && n.getStartToken() != found;
        IntervalSet expected = lookedAhead ? new IntervalSet() : e.getExpectedTokens();
        return switch (context) {
            case NameContext c -> missingName(c);
            case WordContext c -> missingName(c);
            case CallContext c -> missingName(c);
            case ExprContext c when !expected.contains(CnnLexer.NUM) -> afterValue();
            case ExprContext c -> missingValue(c);
            case ValueContext c -> missingValue(c);
            case ArgContext c -> missingValue(c);
            case ArgsContext c -> inArguments();
            case ParamsContext c -> inParameters();
            case TypeContext c -> afterValue();
            case ChainContext c -> inChain((SourceToken) c.getStart());
            case BodyContext c when c.getStart() != found -> inBraces();
            case BranchesContext c -> inBraces();
            default -> inOther(context, lookedAhead, expected);
        };
    }

    private Diagnostic.Builder inOther(ParserRuleContext context, boolean lookedAhead, IntervalSet expected) {
        if (lookedAhead) {
            return context.getStart() == before
                    ? missingName(context)
                    : trouble.unexpected(
                            quoted(found) + " does not belong after " + quoted(before), Examples.like(context));
        }
        return expected.contains(CnnLexer.ID) ? missingStep() : missing(context, expected);
    }

    // ---- names and values

    private Diagnostic.Builder missingName(ParserRuleContext context) {
        if (onSameLine && Words.isReserved(found)) {
            return reserved(found);
        }
        if (context.getParent() instanceof TypeContext) {
            return trouble.unexpected("a type is missing after " + quoted(before), Examples.like(context));
        }
        if (found.getType() == CnnLexer.STRING && onSameLine) {
            return trouble.unexpected(
                    "a name stands without quotes", "write `" + found.getText().replace("\"", "") + "`");
        }
        return trouble.unexpected("a name is missing after " + quoted(before), Examples.like(context));
    }

    private Diagnostic.Builder missingValue(ParserRuleContext context) {
        if (found.isOneOf(LOOPS_AND_CONDITIONS)) {
            return withoutValue();
        }
        if (onSameLine && Words.isReserved(found)) {
            return reserved(found);
        }
        boolean inHead = before.isOneOf(BEFORE_COUNT_OR_CONDITION);
        if (found.is("{") && !inHead) {
            return trouble.unexpected(
                    "a value cannot begin with `{`", "write the chain without braces: `act=batch_norm -> relu`");
        }
        String fix = "write a value, such as `3`, `x` or `conv(8, 3x3)`";
        if (before.is(",")) {
            fix = "write the value, or remove the `,`";
        } else if (inHead || !onSameLine) {
            fix = Examples.like(context);
        }
        return trouble.unexpected("a value is missing after " + quoted(before), fix);
    }

    private Diagnostic.Builder withoutValue() {
        String message = "the value that " + quoted(found) + " works on is missing";
        return unexpectedAt(found, message, Examples.like(found.getText()));
    }

    /** In parentheses or square brackets, where an expression ended and neither another one nor the end follows. */
    private Diagnostic.Builder afterValue() {
        return Words.beginsValue(found)
                ? missingComma()
                : trouble.unexpected(
                        quoted(found) + " does not belong after " + quoted(before),
                        "remove it, or close the bracket before it");
    }

    private Diagnostic.Builder missingComma() {
        return trouble.punctuation(
                "a `,` is missing between " + quoted(before) + " and " + quoted(found),
                "write `" + before.getText() + ", " + found.getText() + "`");
    }

    // ---- arguments and parameters

    private Diagnostic.Builder inArguments() {
        if (found.is(":")) {
            return trouble.punctuation(
                    "arguments are named with `=`",
                    "write `" + before.getText() + "=" + trouble.next().getText() + "`");
        }
        if (Words.beginsValue(found)) {
            return missingComma();
        }
        return trouble.unexpected(
                quoted(found) + " does not belong after " + quoted(before) + " in these arguments",
                "separate arguments with `,` and name them with `=`: `conv(8, 3x3, pad=1)`");
    }

    private Diagnostic.Builder inParameters() {
        String name = before.getText();
        if (found.is("=")) {
            String value = trouble.next().getText();
            return trouble.punctuation(
                    "the parameter " + quoted(before) + " has a default but no type",
                    "write `" + name + ": " + typeOf(trouble.next()) + " = " + value + "`");
        }
        if (Words.isName(found) && Words.isName(before)) {
            return trouble.punctuation(
                    "a `:` or `,` is missing between " + quoted(before) + " and " + quoted(found),
                    "write `" + name + ": " + found.getText() + "`, or `" + name + ", " + found.getText() + "`");
        }
        return trouble.unexpected(
                quoted(found) + " does not belong after " + quoted(before) + " in these parameters",
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

    // ---- chains

    private Diagnostic.Builder missingStep() {
        if (before.is("{") && found.is("}")) {
            return Diagnostic.error(Code.UNEXPECTED, before.span().to(found.span()), "these braces are empty")
                    .fix("write `identity` where nothing is to be done");
        }
        if (found.is("|") || before.is("|")) {
            return trouble.unexpected("a branch is missing", "write `identity` for the branch that changes nothing");
        }
        if (found.isOneOf(LOOPS_AND_CONDITIONS)) {
            return withoutValue();
        }
        if (found.is("(")) {
            return trouble.unexpected("a tuple can only begin a chain", "write it first: `let c, h = (a, b) -> …`");
        }
        if (onSameLine && (Words.isReserved(found) || Words.beginsValue(found))) {
            return trouble.unexpected(
                    quoted(found) + " is not a layer",
                    "after " + quoted(before) + " stands a layer, a block or `output name`");
        }
        String fix = before.is("->") ? "write the layer, or remove the `->`" : "write the layer";
        return trouble.unexpected("a layer is missing after " + quoted(before), fix);
    }

    /** A chain that has a head and no arrow after it, and so may have been meant as anything. */
    private Diagnostic.Builder inChain(SourceToken head) {
        if (head.isOneOf(Words.SETTINGS) && onSameLine) {
            return unexpectedAt(
                    head, quoted(head) + " is a setting of a recipe", "move it into `train Name for Net { … }`");
        }
        if (head.isOneOf(Words.STATEMENTS) && trouble.after(head).is(":")) {
            return unexpectedAt(
                    trouble.after(head), "a name is missing after " + quoted(head), Examples.like(head.getText()));
        }
        if (head.isOneOf(Words.STATEMENTS)) {
            return unexpectedAt(head, "what belongs to " + quoted(head) + " is missing", Examples.like(head.getText()));
        }
        if (head != before) {
            return Words.beginsValue(found) && onSameLine ? missingArrow() : alone(head);
        }
        if (found.is("=")) {
            return trouble.punctuation("a new name is introduced with `let`", "write `let " + head.getText() + " = …`");
        }
        if (found.is(":")) {
            return trouble.unexpected(
                    "a type stands after `input`, `label` or `param`", "write `input " + head.getText() + ": …`");
        }
        if (onSameLine && found.isOneOf(Set.of("+", "-", "*", "/"))) {
            return trouble.unexpected(
                    "a statement cannot begin with an expression",
                    "name its value first: `let value = " + head.getText() + " " + found.getText() + " …`");
        }
        if (!Words.beginsValue(found) || !onSameLine) {
            return alone(head);
        }
        return Suggestions.nearest(head.getText(), Words.STATEMENTS)
                .map(w -> unexpectedAt(head, quoted(head) + " does not begin a statement", "write `" + w + "`"))
                .orElseGet(this::missingArrow);
    }

    private Diagnostic.Builder alone(SourceToken head) {
        SourceToken last = trouble.before(head);
        if (head.isFirstOnLine() || last.isOneOf(Set.of("{", "}"))) {
            String fix = "go on with an arrow: `" + head.getText() + " -> …`";
            return unexpectedAt(head, quoted(head) + " alone does nothing", fix);
        }
        last.damaged = true; // what ends there is not whole after all
        String between = " is missing between " + quoted(last) + " and " + quoted(head);
        return head.lineHead.is("defaults")
                ? unexpectedAt(head, "a `,`" + between, "write `, " + head.getText() + "`")
                : unexpectedAt(
                        head,
                        "something" + between,
                        "write an operator, such as `" + last.getText() + " * " + head.getText()
                                + "`, an arrow, or begin a new line");
    }

    private Diagnostic.Builder missingArrow() {
        return trouble.punctuation(
                "a `->` is missing between " + quoted(before) + " and " + quoted(found),
                "write `-> " + found.getText() + "`");
    }

    private Diagnostic.Builder inBraces() {
        if (found.is("|")) {
            return trouble.unexpected("only a merge has branches", "write `add { a | b }` or another merge");
        }
        if (found.is(",")) {
            return trouble.unexpected(
                    "branches and steps are not separated by `,`", "write `|` between branches, `->` between steps");
        }
        if (before.isOneOf(Words.STATEMENTS) && onSameLine) {
            return unexpectedAt(
                    before,
                    quoted(before) + " cannot stand within a chain",
                    "write it as a statement before the chain");
        }
        return Words.beginsValue(found)
                ? missingArrow()
                : trouble.unexpected(quoted(found) + " does not belong after " + quoted(before), "remove it");
    }

    // ---- everything else

    private Diagnostic.Builder missing(ParserRuleContext context, IntervalSet expected) {
        if (context instanceof ImportDeclContext && Words.isName(before) && Words.isName(found)) {
            return missingComma();
        }
        if (found.is("=") && expected.contains(CnnLexer.LBRACE)) {
            return trouble.unexpected(
                    quoted(found) + " does not belong after " + quoted(before), "write `==` to compare");
        }
        String fix = Examples.like(context);
        if (expected.size() == 1 && (found.is("=") || found.is(":"))) {
            return trouble.punctuation(words(expected) + " belongs where " + quoted(found) + " stands", fix);
        }
        String message = words(expected) + " is missing after " + quoted(before);
        boolean isSign = expected.size() == 1
                && !Character.isLetter(word(expected.getMinElement()).charAt(1));
        return isSign ? trouble.punctuation(message, fix) : trouble.unexpected(message, fix);
    }

    private static String words(IntervalSet expected) {
        return expected.toList().stream().map(SyntaxErrors::word).distinct().collect(Collectors.joining(" or "));
    }

    private static String word(int type) {
        return switch (type) {
            case CnnLexer.NUM -> "a number";
            case CnnLexer.UNIT -> "a unit";
            case CnnLexer.STRING -> "text in quotes";
            default -> CnnLexer.VOCABULARY.getLiteralName(type).replace('\'', '`');
        };
    }
}
