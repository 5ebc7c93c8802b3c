package dev.striate.compiler.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.Severity;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.AstText;
import dev.striate.compiler.syntax.CnnParser;
import dev.striate.compiler.syntax.Lexeme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for the layout of every file; how it looks the golden files show. */
class FormatterTest {
    private static final Path ROOT = Path.of("..");

    /** Every file of the repository without syntax errors. */
    static List<Path> files() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(ROOT)) {
            for (Path file : all.filter(f -> f.toString().endsWith(".cnn"))
                    .filter(f -> !f.toString().contains("/target/"))
                    .sorted()
                    .toList()) {
                if (format(Files.readString(file)).isPresent()) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static Optional<String> format(String text) {
        return Formatter.format(new SourceFile("test.cnn", text), new Diagnostics());
    }

    private static String tree(String text) {
        Diagnostics diagnostics = new Diagnostics();
        Ast.File tree = CnnParser.parse(new SourceFile("test.cnn", text), diagnostics);
        assertThat(diagnostics.sorted())
                .filteredOn(d -> d.severity() == Severity.ERROR)
                .as(text)
                .isEmpty();
        return AstText.of(tree);
    }

    /** Comments without what moving them may change. */
    private static List<String> comments(String text) {
        return Lexeme.all(new SourceFile("test.cnn", text)).stream()
                .filter(Lexeme::isComment)
                .map(c -> c.span().text().replaceAll("\\s+", " ").strip())
                .toList();
    }

    private static void check(String text) {
        String tree = tree(text);
        String once = format(text).orElseThrow();
        assertThat(tree(once)).isEqualTo(tree);
        assertThat(comments(once)).isEqualTo(comments(text));
        assertThat(format(once)).hasValue(once);
        assertThat(once).endsWith("\n").doesNotContain("\n\n\n", " \n", "\r", "\t");
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileKeepsItsTreeAndCommentsAndStaysAsItIsFormatted(Path file) throws IOException {
        check(Files.readString(file));
    }

    @Test
    void thereAreEnoughFiles() throws IOException {
        assertThat(files()).hasSizeGreaterThan(60);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.02, 0.3})
    void soDoesARandomFile(double comments) {
        for (long seed = 0; seed < 200; seed++) {
            String text = RandomFiles.draw(seed, comments);
            try {
                check(text);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " with comments " + comments + ":\n" + text, e);
            }
        }
    }

    @Test
    void aFileWithSyntaxErrorsIsNotFormatted() {
        Diagnostics diagnostics = new Diagnostics();
        assertThat(Formatter.format(new SourceFile("test.cnn", "net A { x -> }"), diagnostics))
                .isEmpty();
        assertThat(diagnostics.hasErrors()).isTrue();
    }

    @Test
    void aLongLineTakesLinearTime() {
        String text = "net A { x" + " -> conv(3, pad=1)".repeat(100_000) + " }";
        assertThat(format(text).orElseThrow().lines())
                .hasSizeGreaterThan(10_000)
                .allMatch(l -> l.length() <= 120);
    }
}
