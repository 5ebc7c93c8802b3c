package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.backend.Backends;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    private Path folder;

    @Test
    void showsTheUsageWithoutACommand() {
        Run run = Run.striate();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("Usage: striate", "train", "eval", "check", "format", "compile", "summary", "gradcheck");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "eval",
                "predict",
                "check",
                "format",
                "compile",
                "summary",
                "graph",
                "models",
                "features",
                "nearest",
                "gradcheck",
                "export",
                "data",
                "doctor",
                "generate-completion"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        Run run = Run.striate(command, "--help");
        assertThat(run.status()).isZero();
        assertThat(run.out()).containsPattern("Example:\n  .*striate " + command);
    }

    @Test
    void wrongUsageIsStatusTwo() {
        Run run = Run.striate("train");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("FILE");
        for (Run other : new Run[] {
            Run.striate("trian", "x.cnn"),
            Run.striate("check", "--format", "yaml", "x.cnn"),
            Run.striate("train", "x.cnn", "--epochs", "many"),
            Run.striate("train", "x.cnn", "--set", "lr"),
            Run.striate("eval", "x.cnn"),
            Run.striate("check")
        }) {
            assertThat(other.status()).isEqualTo(2);
            assertThat(other.err()).startsWith("striate: ").hasLineCount(1).contains("--help");
        }
    }

    @Test
    void writesACompletionScript() {
        Run run = Run.striate("generate-completion");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("complete", "format", "gradcheck");
    }

    @Test
    void doctorNamesBackendsAndGpu() {
        Run run = Run.striate("doctor");
        assertThat(run.status()).isZero();
        String why = Backends.whyNoCuda();
        assertThat(run.out())
                .contains("backend   cpu: OpenBLAS ", "backend   reference: ")
                .containsPattern(
                        why.isEmpty()
                                ? "(?m)^backend   cuda: (?!not available)\\w+"
                                : "(?m)^backend   cuda: not available: \\w+ \\w+");
    }

    @Test
    void saysThatAFileIsMissing() {
        Path file = folder.resolve("none.cnn");
        for (String command : new String[] {"train", "check", "format", "summary", "gradcheck"}) {
            Run run = Run.striate(command, file);
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).startsWith("striate: " + file + ": cannot be read: there is no such file or folder");
        }
        assertThat(Run.striate("check", folder).err()).contains("it is a folder or a device, not a file");
    }

    @Test
    void saysWhichLineIsNotUtf8() throws IOException {
        Path file = folder.resolve("latin.cnn");
        Files.write(file, new byte[] {'/', '/', '\n', '/', '/', (byte) 0xE9, '\n'});
        Run run = Run.striate("check", file);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("striate: " + file + ":2:3: is not UTF-8 text; save it as UTF-8");
    }

    @Test
    void refusesAbsurdlyLargeFiles() throws IOException {
        Path file = folder.resolve("large.cnn");
        Files.write(file, new byte[(4 << 20) + 1]);
        Run run = Run.striate("check", file);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("striate: " + file + ": has 4194305 bytes");
    }

    @Test
    void anUnexpectedExceptionIsABugWithAReport() throws IOException {
        StringWriter err = new StringWriter();
        Writer broken = new Writer() {
            @Override
            public void write(char[] text, int from, int count) {
                throw new IllegalStateException("the test's own bug");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        int status = Main.run(Console.plain(new PrintWriter(broken, true), new PrintWriter(err, true)), "doctor");
        assertThat(status).isEqualTo(70);
        Matcher message = Pattern.compile("striate: this is a bug of Striate; please send the report in (.*)\\R")
                .matcher(err.toString());
        assertThat(message.matches()).as(err.toString()).isTrue();
        Path report = Path.of(message.group(1));
        assertThat(report).content().contains("arguments: [doctor]", "the test's own bug", "DoctorCommand");
        Files.delete(report);
    }
}
