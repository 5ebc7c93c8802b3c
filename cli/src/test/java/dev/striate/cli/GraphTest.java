package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");
    private static final Path RESNET = Path.of("../stdlib-models/src/main/cnn/striate/models/resnet/resnet.cnn");

    @TempDir
    private Path folder;

    @Test
    void writesAPicture() throws IOException {
        Path svg = folder.resolve("digits.svg");
        Run run = Run.striate("graph", DIGITS, "-o", svg);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(svg + System.lineSeparator());
        assertThat(svg)
                .content()
                .startsWith("<?xml")
                .contains("9,930 parameters \u00b7 309,248 MACs", "conv1 = conv(16, 3, 3).pad(1)", "digits.cnn:9")
                .doesNotContain("examples/digits.cnn");
        assertThat(Run.striate("graph", DIGITS, "-o", folder.resolve("again.svg"))
                        .status())
                .isZero();
        assertThat(folder.resolve("again.svg")).hasSameBinaryContentAs(svg);
    }

    @Test
    void takesTheSizesOfTheContractsOrThoseThatAreAskedFor() throws IOException {
        Path svg = folder.resolve("resnet.svg");
        Run.striate("graph", RESNET, "--net", "ResNet18", "-o", svg);
        assertThat(svg).content().contains("1,814,073,344 MACs at H = 224, W = 224", "64\u00d756\u00d756");
        Run.striate("graph", RESNET, "--net", "ResNet18", "--size", "64x32", "-o", svg);
        assertThat(svg)
                .content()
                .contains("MACs at H = 64, W = 32", "64\u00d716\u00d78")
                .doesNotContain("\u00d756");
    }

    @Test
    void closesBlocksAndTurns() throws IOException {
        Path svg = folder.resolve("resnet.svg");
        Run.striate("graph", RESNET, "--net", "ResNet18", "--depth", 0, "--direction", "right", "-o", svg);
        assertThat(svg).content().contains(">layer1</tspan>").doesNotContain("batch_norm1");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path svg = folder.resolve("net.svg");
        Path two = Files.writeString(folder.resolve("two.cnn"), """
                net A { input x: f32[N, 4]  x -> fc(2) -> output y }
                net B { input x: f32[N, 4]  x -> fc(2) -> output y }
                """);
        Run which = Run.striate("graph", two, "-o", svg);
        assertThat(which.status()).isEqualTo(2);
        assertThat(which.err()).isEqualTo("striate: which net? choose with --net among A, B\n");
        assertThat(Run.striate("graph", two, "--net", "C", "-o", svg).err())
                .contains("there is no net C; there are A, B");
        assertThat(Run.striate("graph", DIGITS, "--depth", -2, "-o", svg).err())
                .contains("--depth takes a number of at least 0, not -2");
        assertThat(Run.striate("graph", DIGITS, "--direction", "up", "-o", svg).status())
                .isEqualTo(2);
        assertThat(Run.striate("graph", DIGITS).err()).contains("'-o=SVG'");
        assertThat(Run.striate("graph", DIGITS, "--size", "9x9", "-o", svg).err())
                .contains("fixes those of its pictures");
        for (String command : new String[] {"graph", "summary"}) {
            String[] out = command.equals("graph") ? new String[] {"-o", svg.toString()} : new String[0];
            Run pixels = sized(command, "999999999x999999999", out);
            assertThat(pixels.status()).isEqualTo(2);
            assertThat(pixels.err())
                    .contains("a picture has at most 2^31 - 1 pixels")
                    .hasLineCount(1);
            Run elements = sized(command, "46000x46000", out);
            assertThat(elements.status()).isEqualTo(2);
            assertThat(elements.err())
                    .contains("resnet.cnn:", "has more than 2^31 - 1 elements")
                    .hasLineCount(1);
        }
        Run nowhere = Run.striate("graph", DIGITS, "-o", folder);
        assertThat(nowhere.status()).isEqualTo(1);
        assertThat(nowhere.err()).contains("it is a folder");
        assertThat(svg).doesNotExist();
    }

    private static Run sized(String command, String size, String... more) {
        List<Object> arguments = new ArrayList<>(List.of(command, RESNET, "--net", "ResNet18", "--size", size));
        arguments.addAll(List.of(more));
        return Run.striate(arguments.toArray());
    }
}
