package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.grammar.CnnLexer;
import java.util.ArrayList;
import java.util.List;

/**
 * Completes lines that end in the middle of something, when a statement or declaration certainly begins on the next line. The words
 * that begin statements are names, too, so that the parser would take {@code loss} for what the arrow points at:
 *
 * <pre>
 *   image -> conv(8, 3x3) ->
 *   loss xent = cross_entropy(y, digit)
 * </pre>
 */
final class Dangling {
    private Dangling() {}

    /** The tokens, with a name put in where a value or layer is missing at the end of a line. */
    static List<SourceToken> complete(List<SourceToken> tokens, ErrorLog log) {
        List<SourceToken> result = new ArrayList<>(tokens.size());
        for (int i = 0; i < tokens.size(); i++) {
            if (Words.interruptsValue(tokens, i) || Words.interruptsPath(tokens, i)) {
                SourceToken last = tokens.get(i - 1);
                String what = last.is("->") ? "a layer" : last.is(".") ? "a name" : "a value";
                log.add(Diagnostic.error(
                                Code.UNEXPECTED, last.spanAfter(), what + " is missing after `" + last.getText() + "`")
                        .fix("write it, or remove the `" + last.getText() + "`"));
                result.add(SourceToken.missing(CnnLexer.ID, "missing", last));
            }
            result.add(tokens.get(i));
        }
        return result;
    }
}
