package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

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

    @Test
    void nativeMemoryThatIsRefusedIsOneSentence() throws Exception {
        assertThat(messages(3, "cpu", ADD, MODULE, "--illegal-native-access=deny"))
                .anyMatch(line -> line.endsWith("start java with --enable-native-access=ALL-UNNAMED"))
                .last(STRING)
                .startsWith("striate: OpenBLAS cannot be loaded: IllegalCallerException");
        assertThat(messages(0, "reference", ADD, MODULE, "--illegal-native-access=deny"))
                .isEmpty();
    }

    /** The messages of a command that runs a net that have a text in them. */
    private List<String> linesThatName(String text, String... flags) throws Exception {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--enable-native-access=ALL-UNNAMED");
        return messages(0, "cpu", all.toArray(String[]::new)).stream()
                .filter(line -> line.contains(text))
                .toList();
    }

    /** The messages of a command that runs a net and ends with a status, apart from what the JVM says of the module. */
    private List<String> messages(int status, String backend, String... flags) throws Exception {
        Path file = Files.writeString(
                folder.resolve("one.cnn"),
                "net OneLayer {\n  input image: f32[N, 16, 6, 6]\n  image -> conv(16, 3x3, pad=1) -> output y\n}\n");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), "profile", file.toString(), "--backend", backend));
        command.addAll(List.of("--threads", "1", "--rounds", "1", "--peak", "100"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(status);
        return said.lines()
                .filter(line -> !line.startsWith("WARNING: Using incubator"))
                .toList();
    }
}
