package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jazzer on {@link FuzzTarget}, from all {@code .cnn} files of the repository: 30 seconds, or as many as {@code
 * -Dfuzz.seconds} says. It runs in a JVM of its own, because its agent changes the classes that it watches.
 */
@Tag("slow")
class FuzzTest {
    private static final Pattern WORD = Pattern.compile("\\w+|->|[.<>=!]{2}|&&|\\|\\|");

    @TempDir
    private Path folder;

    @Test
    void nothingButMessagesAndJava() throws IOException, InterruptedException {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        Path seeds = Files.createDirectory(folder.resolve("seeds"));
        Path words = folder.resolve("words");
        Files.writeString(words, seeds(seeds));
        Path log = folder.resolve("log");
        Process jazzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + FuzzTarget.class.getName(),
                        "--instrumentation_includes=dev.striate.**",
                        "--reproducer_path=" + folder,
                        "-artifact_prefix=" + folder + "/",
                        "-dict=" + words,
                        "-max_total_time=" + System.getProperty("fuzz.seconds", "30"),
                        "-timeout=60",
                        "-max_len=6000",
                        "-rss_limit_mb=4096",
                        "-seed=1",
                        corpus.toString(),
                        seeds.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int status = jazzer.waitFor();
        List<String> said = Files.readAllLines(log);
        assertThat(status)
                .as(() -> String.join("\n", said.subList(Math.max(0, said.size() - 60), said.size())))
                .isZero();
        List<String> done = said.stream()
                .filter(line -> line.matches("Done \\d+ runs in \\d+ second\\(s\\)"))
                .toList();
        assertThat(done).hasSize(1);
        System.out.println("Jazzer: " + done.getFirst());
    }

    /** Copies the files, and gives their words as a dictionary of libFuzzer. */
    private static String seeds(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : List.of(Path.of("src/test"), Path.of("../examples"), Path.of("../stdlib-models/src"))) {
            try (Stream<Path> found = Files.walk(root)) {
                found.filter(f -> f.toString().endsWith(".cnn")).sorted().forEach(files::add);
            }
        }
        TreeSet<String> words = new TreeSet<>();
        for (int i = 0; i < files.size(); i++) {
            Files.copy(files.get(i), folder.resolve(i + ".cnn"));
            WORD.matcher(Files.readString(files.get(i)))
                    .results()
                    .map(MatchResult::group)
                    .filter(w -> w.chars().allMatch(c -> c < 128))
                    .forEach(words::add);
        }
        return words.stream().map(w -> '"' + w + '"').collect(Collectors.joining("\n"));
    }
}
