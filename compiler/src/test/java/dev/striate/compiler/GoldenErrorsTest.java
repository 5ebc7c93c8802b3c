package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every {@code .cnn} file below {@code src/test/golden/errors} gives exactly the messages of the {@code .err} file
 * beside it. With {@code -Dgolden.update} the {@code .err} files are written instead, and the run fails, so that a
 * person reads what changed.
 */
class GoldenErrorsTest {
    private static final Path ROOT = Path.of("src/test/golden/errors");
    private static final boolean UPDATE = System.getProperty("golden.update") != null;

    /** What is run on each file. */
    private static List<Diagnostic> diagnose(SourceFile file) {
        return Compiler.compile(file).diagnostics().sorted();
    }

    @TestFactory
    List<DynamicTest> messages() throws IOException {
        return files(".cnn").stream()
                .map(f -> DynamicTest.dynamicTest(ROOT.relativize(f).toString(), () -> check(f)))
                .toList();
    }

    @Test
    void everyCodeHasAFile() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : files(".err")) {
            all.append(Files.readString(file));
        }
        assertThat(Code.values())
                .filteredOn(code -> code != Code.TOO_LARGE) // would take a file of 4 MiB; LimitsTest has it
                .filteredOn(code -> code != Code.NOT_DIFFERENTIABLE) // no layer is so far; TrainableTest has it
                .allSatisfy(code -> assertThat(all).contains("[" + code.id() + "]"));
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static void check(Path input) throws IOException {
        String name = input.getFileName().toString();
        Path expected = input.resolveSibling(name.replace(".cnn", ".err"));
        List<Diagnostic> diagnostics = diagnose(new SourceFile(name, Files.readString(input)));
        String actual = new TextRenderer(false).render(diagnostics);
        if (UPDATE) {
            Files.writeString(expected, actual);
            fail("wrote " + expected + ": read it, then run again without -Dgolden.update");
        }
        assertThat(actual).isNotEmpty().isEqualTo(Files.readString(expected));
    }
}
