package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages of {@code docs/errors}: one for each code, with its title, its explanation, and the simplest golden file
 * that has it. See {@link Golden}.
 */
class ErrorPagesTest {
    private static final Path FOLDER = Path.of("../docs/errors");
    /** More lines than this of a file are cut to those that the message shows. */
    private static final int LINES = 30;

    /**
     * A file with a message of the code.
     *
     * @param message the first one of the code
     * @param before how many messages of other codes come before it
     * @param messages how many there are in all
     */
    private record Example(SourceFile file, Diagnostic message, int before, int messages) {
        static final Comparator<Example> SIMPLEST_FIRST = Comparator.comparingInt(Example::before)
                .thenComparingInt(e -> Math.min(e.messages, 2))
                .thenComparingInt(e -> e.file.text().length())
                .thenComparing(e -> e.file.name());
    }

    @Test
    void pages() throws IOException {
        Map<Code, Example> examples = examples();
        assertThat(Code.values())
                .allSatisfy(code -> assertThat(examples.keySet()).as(code.id()).contains(code));
        for (Map.Entry<Code, Example> e : examples.entrySet()) {
            Golden.compare(FOLDER.resolve(e.getKey().id() + ".md"), page(e.getKey(), e.getValue()));
        }
        Golden.compare(FOLDER.resolve("README.md"), index());
        Golden.failAfterUpdate(FOLDER);
    }

    @Test
    void noPageIsLeftOver() throws IOException {
        List<String> expected = new ArrayList<>(List.of("README.md"));
        Stream.of(Code.values()).map(c -> c.id() + ".md").forEach(expected::add);
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static Map<Code, Example> examples() throws IOException {
        Map<Code, Example> best = new TreeMap<>();
        // A file of 4 MiB is not kept as a golden one.
        SourceFile large = new SourceFile("large.cnn", "// A comment.\n".repeat(300_000));
        for (SourceFile file : Stream.concat(Stream.of(large), golden()).toList()) {
            List<Diagnostic> messages =
                    Compiler.compile(file, FolderLibrary.GOLDEN).diagnostics().sorted();
            for (int i = 0; i < messages.size(); i++) {
                Example example = new Example(file, messages.get(i), i, messages.size());
                best.merge(example.message.code(), example, BinaryOperator.minBy(Example.SIMPLEST_FIRST));
            }
        }
        return best;
    }

    private static Stream<SourceFile> golden() throws IOException {
        List<SourceFile> files = new ArrayList<>();
        for (Path path : Golden.in("errors").files(".cnn")) {
            files.add(Golden.read(path));
        }
        return files.stream();
    }

    private static String page(Code code, Example example) {
        Diagnostics first = new Diagnostics();
        first.add(example.message);
        return "# %s: %s%n%n%s%n%n## For example%n%n```cnn%n%s%n```%n%nThe compiler says:%n%n```%n%s%n```%n%n[All codes](README.md)%n"
                .formatted(
                        code.id(),
                        code.title(),
                        code.explanation(),
                        shown(example),
                        new TextRenderer(false).render(first.sorted()).strip())
                .replace("\r\n", "\n");
    }

    /** The text of the example; of a long one, the lines around the message. Control characters are made visible. */
    private static String shown(Example example) {
        List<String> lines = example.file.text().stripTrailing().lines().toList();
        if (lines.size() > LINES) {
            int line = example.message.span().line();
            int from = Math.max(0, line - 6);
            int to = Math.min(lines.size(), line + 3);
            List<String> cut = new ArrayList<>(lines.subList(from, to));
            cut.addFirst("// … " + from + " lines before");
            cut.add("// … " + (lines.size() - to) + " lines after");
            lines = cut;
        }
        return lines.stream()
                .map(l -> l.length() > 160 ? l.substring(0, 120) + " …" : l)
                .collect(Collectors.joining("\n"))
                .replace("\0", "\u2400");
    }

    private static String index() {
        StringBuilder index = new StringBuilder("""
                # Codes of messages

                Every message of the compiler has a code, which stays the same from release to release. Its first two digits say what
                it is about: 01 syntax, 02 names and arguments, 03 shapes, 04 lints, 05 contracts, 06 recipes, 07 modules, 09 limits.

                | code | about |
                |---|---|
                """);
        for (Code code : Code.values()) {
            index.append("| [%s](%s.md) | %s |\n".formatted(code.id(), code.id(), code.title()));
        }
        return index.toString();
    }
}
