package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of the JVM's module for vectors, in processes of their own: it is there or not for all of a process. */
class VectorModuleTest {
    private static final String ADD = "--add-modules";
    private static final String MODULE = "jdk.incubator.vector";

    @TempDir
    private Path folder;

    @Test
    void oneLineNamesTheFlagThatIsMissing() throws Exception {
        assertThat(linesThatName(MODULE)).singleElement().asString().endsWith("start java with " + ADD + " " + MODULE);
    }

    @Test
    void nothingIsSaidOfItWhenItIsThere() throws Exception {
        assertThat(linesThatName(ADD, ADD, MODULE)).isEmpty();
    }

    /** The messages of a command that runs a net that have a text in them. */
    private List<String> linesThatName(String text, String... flags) throws Exception {
        Path file = Files.writeString(
                folder.resolve("one.cnn"),
                "net OneLayer {\n  input image: f32[N, 16, 6, 6]\n  image -> conv(16, 3x3, pad=1) -> output y\n}\n");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "profile", file.toString(), "--backend", "cpu"));
        command.addAll(List.of("--threads", "1", "--rounds", "1", "--peak", "100"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().filter(line -> line.contains(text)).toList();
    }
}
