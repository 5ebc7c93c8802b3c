package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Pointwise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process does that begins with a net: in JVMs of their own. */
class FreshProcessTest {
    /** What they run. */
    static final class Main {
        private Main() {}

        /**
         * Runs a net.
         *
         * @param args {@code relu}, or {@code conv} for a net with products
         */
        public static void main(String[] args) {
            if (args[0].equals("relu")) {
                Kernel relu = Pointwise.relu();
                OneKernel one = OneKernel.of(relu, OneKernel.Operand.of(Sizes.of(1, 3), -1, 0, 2));
                System.out.println("result " + one.run(Backends.cpu())[2]);
            } else {
                try (NetSession session = LeNet5.init(1).open(Backends.best(), 1)) {
                    session.run();
                }
                System.out.println(Backends.best().description());
            }
        }
    }

    private static List<String> run(String net, String... flags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), net));
        Process jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(jvm.waitFor()).as(String.join("\n", lines)).isZero();
        return lines;
    }

    @Test
    void openBlasIsLoadedOnlyByKernelsThatCallIt() throws Exception {
        assertThat(run("relu", "-Xlog:class+load"))
                .contains("result 2.0")
                .noneMatch(line -> line.contains(" org.bytedeco"));
        assertThat(run("conv", "-Xlog:class+load")).anyMatch(line -> line.contains(" org.bytedeco"));
    }

    @Test
    void openBlasIsUnpackedWhereItNeverWas(@TempDir Path cache) throws Exception {
        assertThat(run("conv", "-Dorg.bytedeco.javacpp.cachedir=" + cache))
                .anyMatch(line -> line.contains("OpenBLAS 0."));
    }

    /** The JVM counts those of a container's quota, and this flag stands for one. */
    @Test
    void thereAreAsManyThreadsAsProcessors() throws Exception {
        assertThat(run("conv", "-XX:ActiveProcessorCount=1")).anyMatch(line -> line.endsWith(", 1 thread"));
        assertThat(run("conv", "-XX:ActiveProcessorCount=3")).anyMatch(line -> line.endsWith(", 3 threads"));
    }
}
