package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatCommandTest {
    private static final String UGLY = "net  A{input x:f32[N,2]\n x->relu->output y // é\n}";
    private static final String PRETTY = """
            net A {
              input x: f32[N, 2]
              x -> relu -> output y // é
            }
            """;

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Run withInput(String text, Object... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return Run.striate(arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void rewritesAndNamesTheFilesThatChange() throws IOException {
        Path ugly = file("ugly.cnn", UGLY);
        Path pretty = file("pretty.cnn", PRETTY);
        Run run = Run.striate("format", pretty, ugly);
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo(ugly + System.lineSeparator());
        assertThat(run.err()).isEmpty();
        assertThat(ugly).hasContent(PRETTY);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("ugly.cnn", "pretty.cnn");
        assertThat(Run.striate("format", pretty, ugly).out()).isEmpty();
    }

    @Test
    void checkWritesNothing() throws IOException {
        Path ugly = file("ugly.cnn", UGLY);
        Path pretty = file("pretty.cnn", PRETTY);
        Run run = Run.striate("format", "--check", ugly, pretty);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEqualTo(ugly + System.lineSeparator());
        assertThat(ugly).hasContent(UGLY);
        assertThat(Run.striate("format", "--check", pretty).status()).isZero();
    }

    @Test
    void aDashIsStandardInputAndOutput() {
        Run run = withInput(UGLY, "format", "-");
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo(PRETTY);
        Run check = withInput(UGLY, "format", "--check", "-");
        assertThat(check.status()).isEqualTo(1);
        assertThat(check.out()).isEqualTo("standard input" + System.lineSeparator());
    }

    @Test
    void aFileWithErrorsIsLeftAsItIsAndTheOthersAreFormatted() throws IOException {
        Path broken = file("broken.cnn", "net A { x -> }");
        Path ugly = file("ugly.cnn", UGLY);
        Run run = Run.striate("format", broken, folder.resolve("none.cnn"), ugly);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEqualTo(ugly + System.lineSeparator());
        assertThat(run.err())
                .contains("error[CNN01", "broken.cnn has 1 error and was left as it is", "none.cnn: cannot be read");
        assertThat(broken).hasContent("net A { x -> }");
    }
}
