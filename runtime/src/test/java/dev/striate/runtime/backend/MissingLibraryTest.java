package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Without OpenBLAS on the class path, in a JVM of its own. */
class MissingLibraryTest {
    /** What that JVM runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] args) {
            System.out.println(Backends.best().name());
            Backends.describe().forEach(System.out::println);
        }
    }

    @Test
    void theReferenceTakesOverAndSaysWhy() throws Exception {
        String classPath = Stream.of(Sizes.class, Backends.class, MissingLibraryTest.class)
                .map(MissingLibraryTest::location)
                .collect(Collectors.joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process jvm = new ProcessBuilder(java, "-cp", classPath, Main.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> lines = output(jvm).lines().toList();
        assertThat(jvm.waitFor()).isZero();
        String reason = "OpenBLAS cannot be loaded: ClassNotFoundException: org.bytedeco";
        assertThat(lines).anyMatch(line -> line.contains("backend reference, which is slow: " + reason));
        assertThat(lines).contains("reference", "reference: plain loops in float64, one thread");
        assertThat(lines).anyMatch(line -> line.startsWith("cpu: not available: " + reason));
    }

    private static String output(Process jvm) throws IOException {
        return new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
