package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.runtime.backend.Backends;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process that asks for the fastest backend is told of this one: in a JVM of its own, as the choice is made once. */
class BestBackendTest {
    /** What it runs. */
    static final class Main {
        private Main() {}

        /** Asks twice. */
        public static void main(String[] args) {
            System.out.println(
                    "best: " + Backends.best().name() + ", " + Backends.best().name());
            System.out.println("why: " + Backends.whyNoCuda());
        }
    }

    @Test
    void theLogSaysOnceWhyTheDeviceIsNotTaken() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(jvm.waitFor()).as(String.join("\n", lines)).isZero();
        String why = Backends.whyNoCuda();
        assertThat(lines).contains("why: " + why);
        if (why.isEmpty()) {
            assertThat(lines).contains("best: cuda, cuda").noneMatch(line -> line.contains("no backend cuda"));
        } else {
            assertThat(why).containsPattern("\\w+ \\w+");
            assertThat(lines)
                    .contains("best: cpu, cpu")
                    .containsOnlyOnce("INFO: no backend cuda: " + why)
                    .containsOnlyOnce("INFO: backend cpu");
        }
    }
}
