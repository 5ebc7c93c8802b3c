package dev.striate.compiler.diag;

import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows diagnostics as text for people, with the lines of source that they are about. */
public final class TextRenderer {
    /** Whoever has more to mend than this mends some of it first. */
    private static final int MOST = 100;

    private final boolean coloured;

    /** With ANSI colours, or without. */
    public TextRenderer(boolean coloured) {
        this.coloured = coloured;
    }

    /**
     * The first hundred of them, an empty line between two, and how many more there are; nothing, when there are none. Lines
     * end with {@code \n}.
     */
    public String render(List<Diagnostic> diagnostics) {
        String shown = diagnostics.stream().limit(MOST).map(this::render).collect(Collectors.joining("\n"));
        int more = diagnostics.size() - MOST;
        return more > 0 ? shown + "\n(" + more + " more " + (more == 1 ? "is" : "are") + " not shown)\n" : shown;
    }

    /** One diagnostic. */
    public String render(Diagnostic diagnostic) {
        Style style = new Style(coloured, diagnostic.severity());
        Map<SourceFile, Snippet> snippets = snippets(diagnostic, style);
        int lastLine =
                snippets.values().stream().mapToInt(Snippet::lastLine).max().orElseThrow();
        String margin = " ".repeat(Integer.toString(lastLine).length() + 1);
        StringBuilder out = new StringBuilder();
        out.append(style.loud(
                diagnostic.severity().word() + "[" + diagnostic.code().id() + "]"));
        out.append(style.bold(": " + ShownLine.harmless(diagnostic.message()))).append('\n');
        snippets.forEach((file, snippet) -> {
            boolean isFirst = file == diagnostic.span().file();
            String place = isFirst ? diagnostic.span().toString() : file.name() + ":" + snippet.firstLine();
            out.append(margin)
                    .append(style.quiet(isFirst ? "-->" : ":::"))
                    .append(' ')
                    .append(place)
                    .append('\n');
            snippet.draw(out, margin);
        });
        remarks(out, diagnostic, style, margin);
        return out.toString();
    }

    /** By file, that of the diagnostic first. */
    private static Map<SourceFile, Snippet> snippets(Diagnostic diagnostic, Style style) {
        Map<SourceFile, Snippet> snippets = new LinkedHashMap<>();
        Span primary = diagnostic.span();
        Snippet first = new Snippet(primary.file(), style);
        snippets.put(primary.file(), first);
        first.mark(primary, true, diagnostic.label() == null ? "" : diagnostic.label());
        for (Label related : diagnostic.related()) {
            snippets.computeIfAbsent(related.span().file(), f -> new Snippet(f, style))
                    .mark(related.span(), false, related.text());
        }
        return snippets;
    }

    private static void remarks(StringBuilder out, Diagnostic diagnostic, Style style, String margin) {
        List<String> remarks = new ArrayList<>();
        diagnostic.notes().forEach(n -> remarks.add("note: " + n));
        if (diagnostic.fix() != null) {
            remarks.add("fix: " + diagnostic.fix());
        }
        if (!remarks.isEmpty()) {
            out.append(style.quiet(margin + " |")).append('\n');
        }
        for (String remark : remarks) {
            out.append(margin)
                    .append(style.quiet(" = "))
                    .append(ShownLine.harmless(remark))
                    .append('\n');
        }
    }
}
