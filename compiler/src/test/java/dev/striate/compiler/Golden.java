package dev.striate.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.striate.compiler.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A folder of {@code .cnn} files with what is expected of each in files beside it. With {@code -Dgolden.update} those
 * are written instead, and the run fails, so that a person reads what changed.
 *
 * @param root the folder
 */
record Golden(Path root) {
    private static final boolean UPDATE = System.getProperty("golden.update") != null;

    /** A folder of {@code src/test/golden}. */
    static Golden in(String folder) {
        return new Golden(Path.of("src/test/golden", folder));
    }

    /** All files with an ending, sorted. */
    List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        }
    }

    /** A source, under its name without folders. */
    static SourceFile read(Path input) throws IOException {
        return new SourceFile(input.getFileName().toString(), Files.readString(input));
    }

    /** One test for each source: {@code texts} gives what belongs beside it, by the ending of the file. */
    List<DynamicTest> tests(Function<SourceFile, Map<String, String>> texts) throws IOException {
        return files(".cnn").stream()
                .map(f -> DynamicTest.dynamicTest(root.relativize(f).toString(), () -> check(f, texts.apply(read(f)))))
                .toList();
    }

    private static void check(Path input, Map<String, String> texts) throws IOException {
        for (Map.Entry<String, String> text : texts.entrySet()) {
            String name = input.getFileName().toString().replace(".cnn", text.getKey());
            compare(input.resolveSibling(name), text.getValue());
        }
        failAfterUpdate(input);
    }

    /** Fails when {@code file} does not hold {@code text}, or writes it. */
    static void compare(Path file, String text) throws IOException {
        if (UPDATE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } else {
            assertThat(text).as(file.toString()).isNotEmpty().isEqualTo(Files.readString(file));
        }
    }

    /** Fails when files were written, so that a person reads what changed. */
    static void failAfterUpdate(Path what) {
        if (UPDATE) {
            fail("wrote what is expected of " + what + ": read it, then run again without -Dgolden.update");
        }
    }
}
