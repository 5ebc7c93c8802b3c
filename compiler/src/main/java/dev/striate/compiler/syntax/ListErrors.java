package dev.striate.compiler.syntax;

import static dev.striate.compiler.syntax.Trouble.quoted;
import static dev.striate.compiler.syntax.Trouble.unexpectedAt;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.grammar.CnnParser.FileContext;
import dev.striate.grammar.CnnParser.SettingsContext;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.ParserRuleContext;

/** Says what is wrong with a token that cannot begin a declaration, statement or setting, where one should begin. */
final class ListErrors {
    private static final Set<String> TYPES_WITH_DIMENSIONS = Set.of("f32", "class");

    private final Trouble trouble;
    private final SourceToken found;
    private final SourceToken before;

    ListErrors(Trouble trouble) {
        this.trouble = trouble;
        this.found = trouble.found();
        this.before = trouble.before();
    }

    /** What is wrong in {@code list}. */
    Diagnostic.Builder explain(ParserRuleContext list) {
        boolean goesOn = trouble.onSameLine() && before.opener == found.opener;
        return trouble.oddSpelling().orElseGet(() -> switch (list) {
            case FileContext c -> inFile();
            case SettingsContext c -> inSettings();
            default -> goesOn ? afterStatement() : beginningStatement();
        });
    }

    private Diagnostic.Builder inFile() {
        if (found.is("import") || found.is("package")) {
            return unexpectedAt(
                    found,
                    quoted(found) + " stands after other declarations",
                    "the order is `package`, imports, then nets, blocks and recipes");
        }
        if (found.isOneOf(Words.STATEMENTS) || trouble.next().is("->")) {
            return unexpectedAt(
                    found, "a statement stands outside of a net", "write it between the braces of `net Name { … }`");
        }
        if (found.isOneOf(Words.SETTINGS)) {
            return unexpectedAt(
                    found,
                    "a setting stands outside of a recipe",
                    "write it between the braces of `train Name for Net { … }`");
        }
        if (found.is("{") && trouble.onSameLine() && Words.isName(before)) {
            return trouble.punctuation(
                    "a `.` is missing between " + quoted(before) + " and `{`",
                    "write it like `import striate.models.resnet.{ResNet18}`");
        }
        return misspelled("declaration", Words.DECLARATIONS, "begin with `net`, `block` or `train`");
    }

    private Diagnostic.Builder inSettings() {
        if (found.isOneOf(Words.STATEMENTS)) {
            return unexpectedAt(found, quoted(found) + " is not a setting of a recipe", "move it into the net");
        }
        String all = String.join(", ", new TreeSet<>(Words.SETTINGS));
        return misspelled("setting", Words.SETTINGS, "the settings are " + all);
    }

    private Diagnostic.Builder misspelled(String kind, Set<String> words, String otherwise) {
        String fix = Suggestions.nearest(found.getText(), words)
                .map(w -> "write `" + w + "`")
                .orElse(otherwise);
        return unexpectedAt(found, quoted(found) + " does not begin a " + kind, fix);
    }

    private Diagnostic.Builder afterStatement() {
        if (found.is("(") && before.isOneOf(TYPES_WITH_DIMENSIONS)) {
            return trouble.punctuation(
                    "the dimensions of a type stand in `[` and `]`", "write `" + before.getText() + "[…]`");
        }
        if (Words.beginsValue(found)) {
            return trouble.punctuation(
                    "something is missing between " + quoted(before) + " and " + quoted(found),
                    "arguments stand in parentheses, as in `conv(8, 3)`; between steps stands `->`");
        }
        if (found.is(":") && Words.isReserved(before)) {
            return Trouble.reserved(before);
        }
        String fix = found.is("=") ? "write `==` to compare" : "remove it";
        return trouble.unexpected(quoted(found) + " does not belong after " + quoted(before), fix);
    }

    private Diagnostic.Builder beginningStatement() {
        return switch (found.getText()) {
            case "->" ->
                unexpectedAt(found, "a chain cannot begin with an arrow", "write a value before it: `image -> …`");
            case "(" ->
                unexpectedAt(found, "a statement cannot begin with `(`", "name the result: `let c, h = (a, b) -> …`");
            default -> unexpectedAt(found, quoted(found) + " cannot begin a statement", Examples.like(found.getText()));
        };
    }
}
