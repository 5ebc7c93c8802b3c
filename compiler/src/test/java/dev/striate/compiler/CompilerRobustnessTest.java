package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever is done to a file, compiling it ends with messages or Java, not with an exception. */
class CompilerRobustnessTest {
    private static final Pattern TOKEN = Pattern.compile("\\w+|->|[^\\w\\s]|\\s+");
    private static final int ROUNDS = 2_000;

    @Test
    void filesWithTokensRemovedDoubledSwappedAndReplaced() throws IOException {
        List<String> files = new ArrayList<>();
        for (Path folder : List.of(Path.of("src/test/golden/errors"), Path.of("src/test/resources"))) {
            try (Stream<Path> found = Files.walk(folder)) {
                for (Path file : found.filter(f -> f.toString().endsWith(".cnn"))
                        .sorted()
                        .toList()) {
                    files.add(Files.readString(file));
                }
            }
        }
        List<String> words =
                files.stream().flatMap(f -> tokens(f).stream()).distinct().toList();
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            String text = mutated(files.get(random.nextInt(files.size())), words, random);
            assertThatCode(() -> Compiler.compile(new SourceFile("test.cnn", text)))
                    .as("seed %d:%n%s", seed, text)
                    .doesNotThrowAnyException();
        }
    }

    private static List<String> tokens(String text) {
        return TOKEN.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String mutated(String text, List<String> words, Random random) {
        List<String> tokens = new ArrayList<>(tokens(text));
        for (int i = random.nextInt(1, 4); i > 0 && tokens.size() > 1; i--) {
            int at = random.nextInt(tokens.size());
            switch (random.nextInt(4)) {
                case 0 -> tokens.remove(at);
                case 1 -> tokens.add(at, tokens.get(at));
                case 2 -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
                default -> tokens.set(at, words.get(random.nextInt(words.size())));
            }
        }
        return String.join("", tokens);
    }
}
