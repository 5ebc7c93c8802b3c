package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.format.Formatter;
import dev.striate.compiler.source.Library;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every sample of the guide compiles and is formatted. What stands behind {@code ```cnn} says how it is read:
 *
 * <ul>
 *   <li>nothing: a whole file. One with a package can be imported by the samples after it.
 *   <li>{@code body}: statements of a net with an input {@code image} and, when it is used, a label {@code truth}.
 *   <li>{@code train}: a recipe for the net {@code Digits}.
 *   <li>{@code error CNN0301}, alone or behind one of these: it gives exactly that code.
 * </ul>
 */
class GuideTest {
    private static final List<Path> PAGES =
            List.of(Path.of("../docs/language.md"), Path.of("../docs/recipes.md"), Path.of("../README.md"));
    private static final Pattern SAMPLE = Pattern.compile("(?ms)^```cnn([^\\n]*)\\n(.*?)^```$");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+)$");
    private static final Pattern ERROR = Pattern.compile("error (CNN\\d{4})");
    private static final Pattern OUTPUT = Pattern.compile("\\boutput\\b");

    private static final String DIGITS = """
            net Digits {
              input image: f32[N, 1, 28, 28]
              label digit: class[N, 10]
              image -> stem: { conv(16, 3, pad=1, bias=false) -> batch_norm -> relu -> max_pool(2) }
                    -> layer1: { conv(32, 3, pad=1, bias=false) -> batch_norm -> relu -> max_pool(2) }
                    -> flatten -> head: fc(10) -> output logits
              loss xent = cross_entropy(logits, digit)
              metric acc = top1(logits, digit)
            }
            """;

    /** A fenced block: what stands behind {@code ```cnn}, and its text. */
    private record Sample(String kind, SourceFile written) {
        SourceFile whole() {
            String text = written.text();
            if (kind.contains("train")) {
                return file(DIGITS + text);
            }
            if (!kind.contains("body")) {
                return written;
            }
            String label = text.contains("truth") ? "  label truth: class[N, 10]\n" : "";
            String output = OUTPUT.matcher(text).find() ? "" : "  image -> relu -> output unchanged\n";
            return file("net Sample {\n  input image: f32[N, 3, 32, 32]\n" + label + indented(text) + output + "}\n");
        }

        private static String indented(String statements) {
            return statements.replaceAll("(?m)^(?=.)", "  ");
        }

        private SourceFile file(String text) {
            return new SourceFile(written.name(), text);
        }
    }

    /** The samples before, by their packages. */
    private record Before(Map<String, List<SourceFile>> samples) implements Library {
        @Override
        public List<SourceFile> files(String packageName) {
            return samples.getOrDefault(packageName, List.of());
        }

        @Override
        public List<String> packages() {
            return List.copyOf(samples.keySet());
        }
    }

    @TestFactory
    List<DynamicTest> samples() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : PAGES) {
            Before before = new Before(new TreeMap<>());
            for (Sample sample : samples(page)) {
                Library library = new Before(new TreeMap<>(before.samples));
                tests.add(DynamicTest.dynamicTest(sample.written.name(), () -> check(sample, library)));
                Matcher named = PACKAGE.matcher(sample.written.text());
                if (named.find()) {
                    before.samples
                            .computeIfAbsent(named.group(1), p -> new ArrayList<>())
                            .add(sample.written);
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(30);
        return tests;
    }

    private static List<Sample> samples(Path page) throws IOException {
        String text = Files.readString(page);
        List<Sample> samples = new ArrayList<>();
        Matcher matcher = SAMPLE.matcher(text);
        while (matcher.find()) {
            long line = text.substring(0, matcher.start()).lines().count() + 1;
            String name = page.getFileName() + "." + line + ".cnn";
            samples.add(new Sample(matcher.group(1), new SourceFile(name, matcher.group(2))));
        }
        return samples;
    }

    private static void check(Sample sample, Library library) {
        List<Diagnostic> messages =
                Compiler.compile(sample.whole(), library).diagnostics().sorted();
        String rendered = new TextRenderer(false).render(messages);
        Matcher error = ERROR.matcher(sample.kind);
        if (error.find()) {
            assertThat(messages.stream().map(d -> d.code().id())).as(rendered).containsExactly(error.group(1));
        } else {
            assertThat(rendered).isEmpty();
        }
        assertThat(formatted(sample)).isEqualTo(sample.written.text());
    }

    /** The text in the formatter's layout, when it can be read. Statements are formatted within the braces of a net. */
    private static String formatted(Sample sample) {
        boolean body = sample.kind.contains("body");
        String text = sample.written.text();
        String begin = "net Sample {\n";
        String whole = body ? begin + Sample.indented(text) + "}\n" : text;
        String formatted = Formatter.format(new SourceFile(sample.written.name(), whole), new Diagnostics())
                .orElse(whole);
        return body
                ? formatted
                        .substring(begin.length(), formatted.length() - "}\n".length())
                        .replaceAll("(?m)^  ", "")
                : formatted;
    }
}
