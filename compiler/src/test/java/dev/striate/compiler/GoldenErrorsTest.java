package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every file below {@code errors} gives exactly the messages of the {@code .err} file beside it; see {@link Golden}. */
class GoldenErrorsTest {
    private static final Golden GOLDEN = Golden.in("errors");

    @TestFactory
    List<DynamicTest> messages() throws IOException {
        return GOLDEN.tests(file -> Map.of(".err", messages(file)));
    }

    private static String messages(SourceFile file) {
        return new TextRenderer(false)
                .render(Compiler.compile(file, FolderLibrary.GOLDEN)
                        .diagnostics()
                        .sorted());
    }

    @Test
    void everyCodeHasAFile() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : GOLDEN.files(".err")) {
            all.append(Files.readString(file));
        }
        assertThat(Code.values())
                .filteredOn(code -> code != Code.TOO_LARGE) // would take a file of 4 MiB; LimitsTest has it
                .allSatisfy(code -> assertThat(all).contains("[" + code.id() + "]"));
    }

    @Test
    void everyFileOfTheChecklistIsThere() throws IOException {
        Path golden = Path.of("src/test/golden");
        List<String> named = Pattern.compile("`([\\w/]+\\.cnn)`")
                .matcher(Files.readString(golden.resolve("README.md")))
                .results()
                .map(m -> m.group(1))
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(90)
                .allSatisfy(file -> assertThat(golden.resolve(file)).exists());
    }

    @Test
    void thereAreManyFiles() throws IOException {
        assertThat(GOLDEN.files(".cnn")).hasSizeGreaterThanOrEqualTo(120);
    }
}
