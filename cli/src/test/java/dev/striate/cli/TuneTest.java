package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --tune}, in processes of its own: it is a property of the process, and its cache a variable of the environment. */
class TuneTest {
    private static final String NET = """
            net OneLayer {
              input image: f32[N, 16, 6, 6]
              image -> conv(16, 3x3, pad=1) -> output y
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void measuresOnceAndSaysSo() throws Exception {
        String first = profile("--tune");
        Path tuned = folder.resolve("cache/striate/tuned");
        List<Path> files = list(tuned);
        assertThat(files).hasSize(1);
        assertThat(first)
                .contains("measuring which kernels are the fastest; what comes out is kept in " + files.getFirst());
        List<String> lines = Files.readAllLines(files.getFirst());
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).matches("(library|direct|F2|F4)\t.*\\[1, 16, 6, 6\\].*");
        assertThat(profile("--tune")).doesNotContain("measuring");
        assertThat(Files.readAllLines(files.getFirst())).isEqualTo(lines);
    }

    @Test
    void nothingIsMeasuredUnlessAsked() throws Exception {
        assertThat(profile()).doesNotContain("measuring");
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    private static List<Path> list(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.toList();
        }
    }

    /** All that the command says. */
    private String profile(String... options) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("one.cnn"), NET);
        Stream<String> command = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "profile",
                file.toString(),
                "--backend",
                "cpu",
                "--threads",
                "1",
                "--rounds",
                "1",
                "--peak",
                "100");
        ProcessBuilder process =
                new ProcessBuilder(Stream.concat(command, Stream.of(options)).toList());
        process.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process started = process.redirectErrorStream(true).start();
        String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(started.waitFor()).as(said).isZero();
        return said;
    }
}
