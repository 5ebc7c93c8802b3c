package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.Codes;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.DataSets;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");
    private static final Console CONSOLE =
            Console.plain(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
    private static final int COUNT = 40; // more than one batch of 32

    @TempDir
    private static Path folder = Path.of("");

    private static Path weights = Path.of("");
    private static Path pictures = Path.of("");
    private static final int[] LABELS = new int[COUNT];

    /** Trains a little, and writes test digits as grey pictures of 8x8. */
    @BeforeAll
    static void trainAndDraw() throws IOException {
        Run.striate("train", DIGITS, "--epochs", 4, "--out", folder.resolve("out"));
        weights = folder.resolve("out/weights.safetensors");
        pictures = Files.createDirectory(folder.resolve("pictures"));
        try (Arena arena = Arena.ofShared()) {
            DataSet test = DataSets.open("digits", Map.of(), List.of(), arena).test();
            MemorySegment pixels = arena.allocate(64 * 4, 4);
            MemorySegment label = arena.allocate(4, 4);
            for (int i = 0; i < COUNT; i++) {
                test.read(0, i, 0, pixels, 0);
                test.read(1, i, 0, label, 0);
                LABELS[i] = label.get(ValueLayout.JAVA_INT, 0);
                BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
                for (int p = 0; p < 64; p++) {
                    float value = pixels.getAtIndex(ValueLayout.JAVA_FLOAT, p);
                    image.getRaster().setSample(p % 8, p / 8, 0, Math.round(255 * value));
                }
                ImageIO.write(image, "png", picture(i).toFile());
            }
        }
    }

    private static Path picture(int i) {
        return pictures.resolve("digit%02d.png".formatted(i));
    }

    private static Codes codes(String at) throws IOException {
        Path file = folder.resolve(at + ".npy");
        Run run = Run.striate("features", DIGITS, "--weights", weights, "--at", at, pictures, "-o", file);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(file + System.lineSeparator());
        return Codes.read(file);
    }

    @Test
    void codesOfAFolderHaveTheNamesOfItsPictures() throws IOException {
        Codes codes = codes("relu1");
        assertThat(codes.shape()).isEqualTo(Sizes.of(16, 8, 8));
        assertThat(codes.names())
                .hasSize(COUNT)
                .startsWith(picture(0).toString(), picture(1).toString());
        assertThat(codes.of(0)).isNotEqualTo(codes.of(1));
        for (float value : codes.of(COUNT - 1)) {
            assertThat(value).isNotNegative();
        }
    }

    /** The codes at the last value are what the net answers: its largest number is the class that `predict` names. */
    @Test
    void codesAtTheEndAreTheAnswers() throws IOException {
        Codes codes = codes("logits");
        assertThat(codes.shape()).isEqualTo(Sizes.of(10));
        Run predict =
                Run.striate("predict", DIGITS, "--weights", weights, "--json", "--top", 1, picture(3), picture(35));
        JsonNode guesses = new ObjectMapper().readTree(predict.out());
        assertThat(largest(codes.of(3))).isEqualTo(guesses.at("/0/top/0/class").asInt());
        assertThat(largest(codes.of(35))).isEqualTo(guesses.at("/1/top/0/class").asInt());
        assertThat(codes("fc1").of(35)).isEqualTo(codes.of(35));
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    @Test
    void picturesThatAreAlikeShowTheSameDigit() throws IOException {
        Codes codes = codes("flatten1");
        Path file = folder.resolve("flatten1.npy");
        int same = 0;
        for (int i = 0; i < COUNT; i++) {
            same += LABELS[codes.nearest(i, 1).getFirst().index()] == LABELS[i] ? 1 : 0;
        }
        assertThat(same).isGreaterThan(COUNT * 3 / 4);
        JsonNode json = new ObjectMapper()
                .readTree(Run.striate("nearest", file, 7, "-k", 1, "--json").out());
        assertThat(json.at("/0/image").asText()).isEqualTo(picture(7).toString());
        assertThat(json.at("/0/nearest/0/index").asInt())
                .isEqualTo(codes.nearest(7, 1).getFirst().index());
        Run table = Run.striate("nearest", file, picture(7), 8, "-k", 3);
        assertThat(table.out().lines()).hasSize(7);
        assertThat(table.out().lines().skip(1).limit(3))
                .allMatch(l -> l.startsWith(picture(7).toString()));
    }

    @Test
    void aBlocksPathMeansItsResult() throws IOException {
        Path net = Files.writeString(folder.resolve("blocks.cnn"), """
                block Two(x) { x -> conv(2, 3, pad=1) -> relu }
                block Twin(x) {
                  output a = x -> conv(2, 3)
                  output b = x -> conv(2, 3)
                }
                net Blocks {
                  input image: f32[N, 1, 8, 8]
                  let a, b = image -> body: Two -> twin: Twin
                  add(a, b) -> flatten -> fc(2) -> output scores
                }
                """);
        Path file = folder.resolve("blocks.safetensors");
        Path codes = folder.resolve("blocks.npy");
        Weights.init(
                        GeneratedCode.load(Programs.compile(net, CONSOLE))
                                .getFirst()
                                .spec(),
                        1)
                .save(file);
        Run run = Run.striate("features", net, "--weights", file, "--at", "body", picture(0), "-o", codes);
        assertThat(run.err()).isEmpty();
        assertThat(Codes.read(codes).shape()).isEqualTo(Sizes.of(2, 8, 8));
        Run twin = Run.striate("features", net, "--weights", file, "--at", "twin", picture(0), "-o", codes);
        assertThat(twin.status()).isEqualTo(2);
        assertThat(twin.err()).contains("--at twin has several results: twin.conv1, twin.conv2");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path out = folder.resolve("nothing.npy");
        Run path = Run.striate("features", DIGITS, "--weights", weights, "--at", "rellu2", pictures, "-o", out);
        assertThat(path.status()).isEqualTo(2);
        assertThat(path.err()).contains("--at rellu2: the net has no such value; did you mean relu2");
        Run far = Run.striate("features", DIGITS, "--weights", weights, "--at", "quux", pictures, "-o", out);
        assertThat(far.err()).contains("no such value; `striate summary` lists them");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Run none = Run.striate("features", DIGITS, "--weights", weights, "--at", "relu1", empty, "-o", out);
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).contains(empty + ": has no pictures");
        assertThat(out).doesNotExist();
        codes("conv1");
        Path file = folder.resolve("conv1.npy");
        assertThat(Run.striate("nearest", file, COUNT).err()).contains("it has those from 0 to " + (COUNT - 1));
        assertThat(Run.striate("nearest", file, picture(0) + "x").err()).contains("did you mean " + picture(0) + "?");
        assertThat(Run.striate("nearest", file, 0, "-k", 0).err()).contains("-k takes a number of at least 1");
        assertThat(Run.striate("nearest", weights, 0).err()).contains("is not a file of NumPy's format npy");
        for (Run run : List.of(path, far, none)) {
            assertThat(run.err().lines()).hasSize(1);
        }
    }
}
