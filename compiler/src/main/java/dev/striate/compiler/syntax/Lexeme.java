package dev.striate.compiler.syntax;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.grammar.CnnLexer;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.Token;

/**
 * A word, sign or comment of a file, for who needs more than the tree tells.
 *
 * @param span where it stands, never empty
 * @param isComment whether it is a comment of any kind, {@code ///} included
 */
public record Lexeme(Span span, boolean isComment) {
    /** All of a file that {@link CnnParser} reads without an error, in order; what lies between is white space. */
    public static List<Lexeme> all(SourceFile file) {
        List<Lexeme> all = new ArrayList<>();
        CnnLexer lexer = new CnnLexer(new TextStream(file.name(), file.text()));
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            Span span = file.span(token.getStartIndex(), token.getStopIndex() + 1);
            all.add(new Lexeme(span, token.getChannel() != Token.DEFAULT_CHANNEL));
        }
        return all;
    }
}
