package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.Severity;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import dev.striate.compiler.syntax.Lexeme;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The comments of a file that silence warnings: {@code // lint:allow CNN0402}, one or more codes and then, if you like, a
 * reason. At the end of a line it is about that line, on a line of its own about the next one, and before the first word of
 * a file about all of it. A warning is where its first character is.
 */
final class Allowances {
    private static final Pattern COMMENT = Pattern.compile("//\\s*lint:allow\\b[\\s,]*((?:CNN\\d+[\\s,]*)*).*");
    private static final Set<String> CODES = Arrays.stream(Code.values())
            .map(Code::id)
            .filter(id -> id.startsWith("CNN04"))
            .collect(Collectors.toSet());

    private final SourceFile file;
    private final Diagnostics diagnostics;
    private final Set<String> everywhere = new HashSet<>();
    private final Map<Integer, Set<String>> onLine = new HashMap<>();

    /** Reads the comments of a file that was parsed; such a comment without a code of a lint is reported. */
    Allowances(SourceFile file, Diagnostics diagnostics) {
        this.file = file;
        this.diagnostics = diagnostics;
        Set<String> waiting = new HashSet<>();
        int wordsUpTo = 0;
        for (Lexeme lexeme : Lexeme.all(file)) {
            int line = lexeme.span().line();
            Set<String> codes = lexeme.isComment() ? codes(lexeme.span()) : Set.of();
            if (!lexeme.isComment()) {
                allow(line, waiting);
                waiting.clear();
                wordsUpTo = lexeme.span().endLine();
            } else if (wordsUpTo == 0) {
                everywhere.addAll(codes);
            } else if (line == wordsUpTo) {
                allow(line, codes);
            } else {
                allow(line, waiting); // documentation can be in the wrong place
                waiting.addAll(codes);
            }
        }
    }

    private void allow(int line, Set<String> codes) {
        if (!codes.isEmpty()) {
            onLine.computeIfAbsent(line, l -> new HashSet<>()).addAll(codes);
        }
    }

    private Set<String> codes(Span comment) {
        Matcher matcher = COMMENT.matcher(comment.text());
        Set<String> codes = new HashSet<>();
        if (matcher.matches()) {
            String written = matcher.group(1).strip();
            codes.addAll(List.of(written.split("[\\s,]+")));
            if (!CODES.containsAll(codes)) {
                diagnostics.add(Diagnostic.warning(
                                Code.ALLOWS_NOTHING,
                                comment,
                                written.isEmpty()
                                        ? "this does not say which warning it allows"
                                        : "the codes of warnings begin with CNN04, and not all of `" + written
                                                + "` are such codes")
                        .fix("write the code of the warning, such as `// lint:allow " + Code.LINEAR_PAIR.id() + "`"));
            }
        }
        return codes;
    }

    /** Whether a comment silences a diagnostic. */
    boolean silence(Diagnostic d) {
        String code = d.code().id();
        return d.severity() == Severity.WARNING
                && d.span().file() == file
                && (everywhere.contains(code)
                        || onLine.getOrDefault(d.span().line(), Set.of()).contains(code));
    }
}
