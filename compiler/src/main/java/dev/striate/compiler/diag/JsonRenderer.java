package dev.striate.compiler.diag;

import dev.striate.compiler.source.LineMap;
import dev.striate.compiler.source.Span;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Shows diagnostics as a JSON array for tools. Lines and columns count from 1, columns in code points; the end of a
 * span is after its last character; offsets count UTF-16 units from 0.
 */
public final class JsonRenderer {
    private JsonRenderer() {}

    /** All of them; an empty array, when there are none. Ends with {@code \n}. */
    public static String render(List<Diagnostic> diagnostics) {
        return render(diagnostics, List.of());
    }

    /** All of them, and after them an error without a code and a place for each file that could not be read. */
    public static String render(List<Diagnostic> diagnostics, List<Unread> unread) {
        return Json.write(Stream.concat(
                                diagnostics.stream().map(JsonRenderer::diagnostic),
                                unread.stream().map(JsonRenderer::unread))
                        .toList())
                + "\n";
    }

    private static Map<String, Object> unread(Unread unread) {
        return Json.object(
                "severity",
                Severity.ERROR.word(),
                "message",
                unread.problem(),
                "span",
                Json.object("file", unread.file()));
    }

    private static Map<String, Object> diagnostic(Diagnostic d) {
        return Json.object(
                "code", d.code().id(),
                "severity", d.severity().word(),
                "message", d.message(),
                "span", span(d.span()),
                "label", d.label(),
                "related",
                        d.related().stream()
                                .map(r -> Json.object("span", span(r.span()), "text", r.text()))
                                .toList(),
                "notes", d.notes(),
                "fix", d.fix());
    }

    private static Map<String, Object> span(Span span) {
        return Json.object(
                "file", span.file().name(), "start", place(span, span.start()), "end", place(span, span.end()));
    }

    private static Map<String, Object> place(Span span, int offset) {
        LineMap lines = span.file().lines();
        return Json.object("line", lines.line(offset), "column", lines.column(offset), "offset", offset);
    }
}
