package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.compiler.diag.TextRenderer;
import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The examples of the design and the files of the standard library compile, and their contracts hold. */
class ExamplesCompileTest {
    private static final Path STANDARD = Path.of("../stdlib-models/src/main/cnn");

    @TestFactory
    List<DynamicTest> compiles() throws IOException {
        try (Stream<Path> examples = Files.walk(Path.of("src/test/resources/examples"));
                Stream<Path> library = Files.walk(STANDARD)) {
            return Stream.concat(examples, library)
                    .filter(f -> f.toString().endsWith(".cnn"))
                    .sorted()
                    .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> compile(f)))
                    .toList();
        }
    }

    private static void compile(Path file) throws IOException {
        SourceFile source = new SourceFile(file.getFileName().toString(), Files.readString(file));
        Compilation compilation = Compiler.compile(source, new FolderLibrary(STANDARD));
        assertThat(new TextRenderer(false).render(compilation.diagnostics().sorted()))
                .isEmpty();
    }
}
