package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.striate.runtime.backend.Backends;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What commands that take {@code --backend} do in a machine without a GPU. */
class WithoutGpuTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");

    @TempDir
    private static Path folder = Path.of("");

    /** Files that commands read before they look for a device. */
    @BeforeAll
    static void prepare() throws IOException {
        assumeFalse(Backends.whyNoCuda().isEmpty(), "there is a GPU");
        Run.striate("train", DIGITS, "--epochs", 1, "--backend", "cpu", "--out", folder.resolve("out"));
        assertThat(weights()).exists();
        Files.createDirectory(pictures());
        ImageIO.write(
                new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                pictures().resolve("black.png").toFile());
    }

    private static Path weights() {
        return folder.resolve("out/weights.safetensors");
    }

    private static Path pictures() {
        return folder.resolve("pictures");
    }

    private static Stream<List<Object>> commands() {
        return Stream.of(
                List.of("train", DIGITS, "--out", folder.resolve("other")),
                List.of("eval", DIGITS, "--weights", weights()),
                List.of("predict", DIGITS, "--weights", weights(), pictures().resolve("black.png")),
                List.of(
                        "features",
                        DIGITS,
                        "--weights",
                        weights(),
                        "--at",
                        "relu1",
                        pictures(),
                        "-o",
                        folder.resolve("codes.npy")),
                List.of("profile", DIGITS, "--rounds", 1, "--peak", 1));
    }

    private static Run run(List<Object> command, String backend) {
        List<Object> all = new ArrayList<>(command);
        all.addAll(List.of("--backend", backend));
        return Run.striate(all.toArray());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aGpuThatIsAskedForByNameAndMissingIsStatusThree(List<Object> command) {
        Run run = run(command, "cuda");
        assertThat(run.err())
                .startsWith("striate: the backend cuda cannot run here: " + Backends.whyNoCuda())
                .endsWith("; --backend best takes the fastest that runs here" + System.lineSeparator())
                .hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(3);
    }

    /** Which nobody sees who has not asked for that level, as nobody misses a GPU that was never there. */
    @Test
    void theLogSaysWhyTheBestIsNoGpu() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getLevel() + ": " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.striate.runtime");
        Level before = logger.getLevel();
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        Run run;
        try {
            run = run(List.of("profile", DIGITS, "--rounds", 1, "--peak", 1), "best");
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        String why = "no backend cuda: " + Backends.whyNoCuda();
        assertThat(lines).filteredOn(line -> line.endsWith(why)).hasSize(1);
        if (why.contains("the driver is missing")) {
            assertThat(lines).contains("FINE: " + why);
        }
    }
}
