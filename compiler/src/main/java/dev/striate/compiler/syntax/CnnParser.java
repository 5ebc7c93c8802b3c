package dev.striate.compiler.syntax;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.util.List;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/** Reads {@code .cnn} files. */
public final class CnnParser {
    /** The largest file that is read, in characters. */
    static final int LARGEST = 4 * 1024 * 1024;

    private CnnParser() {}

    /**
     * The tree of {@code file}, in time linear in its length. Errors are reported, and what they are in is left out:
     * see {@link Ast.Decl#damaged} and {@link Ast.File#complete}. Never throws, whatever the text.
     */
    public static Ast.File parse(SourceFile file, Diagnostics diagnostics) {
        ErrorLog log = new ErrorLog(diagnostics);
        List<SourceToken> tokens = isReadable(file, log)
                ? Brackets.pair(Dangling.complete(Lexing.tokens(file, log), log), log)
                : List.of();
        try {
            if (!tokens.isEmpty() && !log.isFull()) {
                return build(file, tokens, log, diagnostics);
            }
        } catch (ParseCancellationException stopped) {
            // what stopped the parser was reported
        }
        return new Ast.File(
                file,
                null,
                List.of(),
                List.of(),
                false,
                file.span(0, file.text().length()));
    }

    private static Ast.File build(SourceFile file, List<SourceToken> tokens, ErrorLog log, Diagnostics diagnostics) {
        var parser = new dev.striate.grammar.CnnParser(new CommonTokenStream(new ListTokenSource(tokens)));
        parser.removeErrorListeners();
        parser.setErrorHandler(new Recovery(tokens, log));
        parser.addParseListener(new DepthLimit(log));
        parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
        AstBuilder builder = new AstBuilder(file, tokens, log);
        Ast.File tree = builder.file(parser.file());
        if (log.isEmpty()) {
            builder.strayDocs().forEach(doc -> diagnostics.add(strayDoc(doc)));
        }
        if (log.isEmpty() && tree.decls().isEmpty()) {
            log.add(Diagnostic.error(Code.EMPTY_FILE, file.span(0, 0), "this file declares nothing")
                    .fix("write a net: `net LeNet5(classes: int = 10) { … }`"));
        }
        return tree;
    }

    private static Diagnostic.Builder strayDoc(Span doc) {
        return Diagnostic.warning(Code.STRAY_DOCUMENTATION, doc, "this documents nothing: no declaration follows it")
                .fix("begin an ordinary comment with `//`");
    }

    private static boolean isReadable(SourceFile file, ErrorLog log) {
        int length = file.text().length();
        if (length > LARGEST) {
            log.add(Diagnostic.error(
                            Code.TOO_LARGE,
                            file.span(0, 0),
                            "this file has " + length + " characters, and at most " + LARGEST + " are read")
                    .fix("move blocks into files of their own and import them"));
            return false;
        }
        int nul = file.text().indexOf('\0');
        if (nul >= 0) {
            log.add(Diagnostic.error(
                            Code.NOT_TEXT, file.span(nul, nul + 1), "this is not a text file: it has NUL characters")
                    .fix("name a `.cnn` file, saved as UTF-8"));
        }
        return nul < 0;
    }
}
