package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");

    @TempDir
    private Path folder;

    @Test
    void writesAFileWithInitialOrTrainedWeights() throws IOException {
        Path initial = folder.resolve("initial.onnx");
        Run run = Run.striate("export", DIGITS, "--seed", 3, "-o", initial);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo(initial + ": opset 18, image [N, 1, 8, 8] -> logits [N, 10]\n");
        assertThat(initial).isNotEmptyFile();
        Path again = folder.resolve("again.onnx");
        assertThat(Run.striate("export", DIGITS, "--seed", 3, "-o", again).status())
                .isZero();
        assertThat(again).hasSameBinaryContentAs(initial);

        Run.striate("train", DIGITS, "--epochs", 1, "--out", folder.resolve("out"));
        Path trained = folder.resolve("trained.onnx");
        Path weights = folder.resolve("out/weights.safetensors");
        assertThat(Run.striate("export", DIGITS, "--weights", weights, "-o", trained)
                        .status())
                .isZero();
        assertThat(Files.mismatch(initial, trained)).isGreaterThan(0);
    }

    @Test
    void asksForWeights() {
        Path model = folder.resolve("digits.onnx");
        for (Run run : new Run[] {
            Run.striate("export", DIGITS, "-o", model),
            Run.striate("export", DIGITS, "-o", model, "--seed", 1, "--weights", "w.safetensors")
        }) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("striate: export takes --weights W, a file that `striate train` wrote, or --seed S for"
                            + " initial weights, and not both\n");
        }
        assertThat(model).doesNotExist();
    }

    @Test
    void asksWhichNet() throws IOException {
        Path file = Files.writeString(folder.resolve("two.cnn"), """
                net A { input x: f32[N, 2] x -> fc(1) -> output y }
                net B { input x: f32[N, 2] x -> fc(2) -> output y }
                """);
        Path model = folder.resolve("b.onnx");
        Run run = Run.striate("export", file, "--seed", 1, "-o", model);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("striate: which net? choose with --net among A, B\n");
        assertThat(Run.striate("export", file, "--net", "B", "--seed", 1, "-o", model)
                        .out())
                .endsWith("x [N, 2] -> y [N, 2]\n");
    }

    @Test
    void saysWhatOnnxCannotSay() throws IOException {
        Path file = Files.writeString(
                folder.resolve("noise.cnn"), "net Noise { input z: f32[N, 4] = normal(0, 1) z -> fc(2) -> output y }");
        Run run = Run.striate("export", file, "--seed", 1, "-o", folder.resolve("noise.onnx"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("striate: " + file
                        + ":1: ONNX has no size for N, which no input has; give the net an input that has it\n");
    }

    @Test
    void weightsOfAnotherNetAndAFolderThatIsMissingAreTheUsers() {
        Path model = folder.resolve("none/digits.onnx");
        Run missing = Run.striate("export", DIGITS, "--seed", 1, "-o", model);
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).startsWith("striate: " + model + ": cannot be written: ");
        Run none = Run.striate("export", DIGITS, "--weights", folder.resolve("w.safetensors"), "-o", model);
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains("w.safetensors: cannot be read: there is no such file");
    }
}
