package dev.striate.compiler.diag;

import dev.striate.compiler.source.LineMap;
import dev.striate.compiler.source.Span;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows diagnostics as a SARIF 2.1.0 log (OASIS, 2020), which code-scanning services read. */
public final class SarifRenderer {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private SarifRenderer() {}

    /** All of them, as one run. Ends with {@code \n}. */
    public static String render(List<Diagnostic> diagnostics) {
        return render(diagnostics, List.of());
    }

    /** All of them, as one run that notifies of each file that could not be read. Ends with {@code \n}. */
    public static String render(List<Diagnostic> diagnostics, List<Unread> unread) {
        List<Code> codes =
                diagnostics.stream().map(Diagnostic::code).distinct().sorted().toList();
        Map<String, Object> driver = Json.object(
                "name",
                "striate",
                "rules",
                codes.stream().map(SarifRenderer::rule).toList());
        Map<String, Object> run = Json.object(
                "tool",
                Json.object("driver", driver),
                "invocations",
                unread.isEmpty() ? null : List.of(invocation(unread)),
                "columnKind",
                "unicodeCodePoints",
                "results",
                diagnostics.stream().map(SarifRenderer::result).toList());
        return Json.write(Json.object("$schema", SCHEMA, "version", "2.1.0", "runs", List.of(run))) + "\n";
    }

    private static Map<String, Object> invocation(List<Unread> unread) {
        List<Map<String, Object>> notifications = unread.stream()
                .map(u -> Json.object(
                        "level",
                        Severity.ERROR.word(),
                        "message",
                        text(u.problem()),
                        "locations",
                        List.of(Json.object(
                                "physicalLocation",
                                Json.object("artifactLocation", Json.object("uri", uri(u.file())))))))
                .toList();
        return Json.object("executionSuccessful", false, "toolExecutionNotifications", notifications);
    }

    private static Map<String, Object> rule(Code code) {
        return Json.object(
                "id", code.id(),
                "shortDescription", text(code.title()),
                "fullDescription", text(code.explanation()));
    }

    private static Map<String, Object> result(Diagnostic d) {
        String fix = d.fix() == null ? null : "fix: " + d.fix();
        String message = Stream.of(Stream.of(d.message()), d.notes().stream(), Stream.ofNullable(fix))
                .flatMap(s -> s)
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow();
        return Json.object(
                "ruleId", d.code().id(),
                "level", d.severity().word(),
                "message", text(message),
                "locations", List.of(location(d.span(), d.label())),
                "relatedLocations",
                        d.related().stream()
                                .map(r -> location(r.span(), r.text()))
                                .toList());
    }

    private static Map<String, Object> location(Span span, @Nullable String label) {
        LineMap lines = span.file().lines();
        Map<String, Object> region = Json.object(
                "startLine", lines.line(span.start()),
                "startColumn", lines.column(span.start()),
                "endLine", lines.line(span.end()),
                "endColumn", lines.column(span.end()));
        Map<String, Object> artifact = Json.object("uri", uri(span.file().name()));
        return Json.object(
                "physicalLocation",
                Json.object("artifactLocation", artifact, "region", region),
                "message",
                label == null ? null : text(label));
    }

    /** A path as a relative reference (RFC 3986). */
    private static String uri(String path) {
        StringBuilder out = new StringBuilder();
        for (byte b : path.replace('\\', '/').getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b > ' ' && b < 127 && "\"%<>^`{|}#?:".indexOf(b) < 0;
            out.append(plain ? Character.toString(b) : String.format("%%%02X", b));
        }
        return out.toString();
    }

    private static Map<String, Object> text(String text) {
        return Json.object("text", text);
    }
}
