package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.core.NetSpec;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.DataSets;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");
    private static final int COUNT = 40; // more than one batch of 32

    @TempDir
    private static Path folder = Path.of("");

    private static Path weights = Path.of("");
    private static final int[] LABELS = new int[COUNT];

    /** Trains a little, and writes test digits as grey pictures of 8x8. */
    @BeforeAll
    static void trainAndDraw() throws IOException {
        Run train = Run.striate("train", DIGITS, "--epochs", 4, "--out", folder.resolve("out"));
        assertThat(train.status()).isZero();
        weights = folder.resolve("out/weights.safetensors");
        try (Arena arena = Arena.ofShared()) {
            DataSet test = DataSets.open("digits", Map.of(), List.of(), arena).test();
            MemorySegment pixels = arena.allocate(64 * 4, 4);
            MemorySegment label = arena.allocate(4, 4);
            for (int i = 0; i < COUNT; i++) {
                test.read(0, i, 0, pixels, 0);
                test.read(1, i, 0, label, 0);
                LABELS[i] = label.get(ValueLayout.JAVA_INT, 0);
                ImageIO.write(picture(pixels), "png", image(i).toFile());
            }
        }
    }

    private static BufferedImage picture(MemorySegment pixels) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 64; p++) {
            float value = pixels.getAtIndex(ValueLayout.JAVA_FLOAT, p);
            image.getRaster().setSample(p % 8, p / 8, 0, Math.round(255 * value));
        }
        return image;
    }

    private static Path image(int i) {
        return folder.resolve("digit" + i + ".png");
    }

    private static Run predict(Object... more) {
        Object[] args = {"predict", DIGITS, "--weights", weights};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Run.striate(all);
    }

    @Test
    void recognisesWhatItLearned() throws IOException {
        Object[] args = new Object[COUNT + 1];
        args[0] = "--json";
        for (int i = 0; i < COUNT; i++) {
            args[i + 1] = image(i);
        }
        Run run = predict(args);
        assertThat(run.status()).isZero();
        JsonNode all = new ObjectMapper().readTree(run.out());
        int right = 0;
        for (int i = 0; i < COUNT; i++) {
            assertThat(all.get(i).get("image").asText()).isEqualTo(image(i).toString());
            JsonNode top = all.get(i).get("top");
            assertThat(top).hasSize(5);
            assertThat(top.get(0).get("probability").asDouble())
                    .isBetween(top.get(1).get("probability").asDouble(), 1.0);
            right += top.get(0).get("class").asInt() == LABELS[i] ? 1 : 0;
        }
        assertThat(right).isGreaterThanOrEqualTo(COUNT - 2);
    }

    @Test
    void numbersOf16BitsNeedABackendThatHasThem() {
        Run unknown = predict("--precision", "half", image(0));
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("--precision takes f32, bf16 or fp16, not half");
        Run narrow = predict("--backend", "cpu", "--precision", "fp16", image(0));
        assertThat(narrow.status()).isEqualTo(2);
        assertThat(narrow.err()).contains("the backend cpu computes in f32; --precision fp16 needs --backend cuda");
        assertThat(predict("--precision", "f32", image(0)).status()).isZero();
    }

    @Test
    void probabilitiesAddUpToOne() throws IOException {
        Run run = predict("--json", "--top", 10, image(0));
        double sum = 0;
        for (JsonNode guess : new ObjectMapper().readTree(run.out()).get(0).get("top")) {
            sum += guess.get("probability").asDouble();
        }
        assertThat(sum).isBetween(0.9999, 1.0001);
    }

    @Test
    void takesPicturesOfOtherSizesColoursAndFormats() throws IOException {
        BufferedImage small = ImageIO.read(image(0).toFile());
        Path large = folder.resolve("large.jpg");
        BufferedImage scaled = new BufferedImage(80, 80, BufferedImage.TYPE_INT_RGB);
        Path pgm = folder.resolve("plain.pgm");
        StringBuilder plain = new StringBuilder("P2\n# a digit\n8 8\n255\n");
        for (int y = 0; y < 80; y++) {
            for (int x = 0; x < 80; x++) {
                int grey = small.getRaster().getSample(x / 10, y / 10, 0);
                scaled.setRGB(x, y, grey * 0x010101);
                plain.append(x % 10 == 0 && y % 10 == 0 ? grey + "\n" : "");
            }
        }
        ImageIO.write(scaled, "jpg", large.toFile());
        Files.writeString(pgm, plain);
        Path dot = folder.resolve("dot.png");
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB), "png", dot.toFile());
        Run run = predict("--top", 1, large, pgm, dot);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out().lines().filter(l -> l.contains("large.jpg") || l.contains("plain.pgm")))
                .hasSize(2)
                .allMatch(l -> l.matches(".*\\s" + LABELS[0] + "\\s.*"));
    }

    @Test
    void saysWhatIsWrongWithAPicture() throws IOException {
        Path text = Files.writeString(folder.resolve("text.png"), "no picture");
        refused("is not a picture that can be read", text);
        byte[] png = Files.readAllBytes(image(0));
        refused(
                "is cut short, damaged",
                Files.write(folder.resolve("cut.png"), Arrays.copyOf(png, 2 * png.length / 3)));
        png[png.length / 2] ^= 0x55;
        refused("damaged", Files.write(folder.resolve("corrupt.png"), png));
        Path jpeg = folder.resolve("whole.jpg");
        ImageIO.write(noise(), "jpg", jpeg.toFile());
        assertThat(predict(jpeg).status()).isZero();
        byte[] whole = Files.readAllBytes(jpeg);
        refused(
                "is cut short, damaged",
                Files.write(folder.resolve("cut.jpg"), Arrays.copyOf(whole, whole.length / 2)));
        refused("damaged", Files.write(folder.resolve("start.jpg"), Arrays.copyOf(whole, 20)));
        refused("there is no such file", folder.resolve("nothing.png"));
        refused("PGM", Files.writeString(folder.resolve("cut.pgm"), "P5\n8 8\n255\nxx", StandardCharsets.ISO_8859_1));
    }

    private static BufferedImage noise() {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < 64 * 64; i++) {
            image.setRGB(i % 64, i / 64, random.nextInt());
        }
        return image;
    }

    private static void refused(String why, Path picture) {
        Run run = predict(picture);
        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("striate: " + picture).contains(why);
        assertThat(run.err().lines()).hasSize(1);
    }

    /** A net that was trained on what the recipe makes of pictures sees the same when it is used. */
    @Test
    void preparesPicturesAsTheRecipeSays() throws IOException {
        String text = Files.readString(DIGITS);
        Path inverted = Files.writeString(folder.resolve("inverted.cnn"), text.replace("optimize sgd", """
                transform train { normalize(mean=1, std=0.5) }
                  transform eval { normalize(mean=1, std=0.5) }
                  optimize sgd"""));
        Path out = folder.resolve("inverted");
        assertThat(Run.striate("train", inverted, "--epochs", 4, "--out", out).status())
                .isIn(0, 1);
        Run run = Run.striate(
                "predict", inverted, "--weights", out.resolve("weights.safetensors"), "--top", 1, image(0), image(1));
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().skip(1).map(l -> l.trim().split("\\s+", -1)[1]))
                .containsExactly("" + LABELS[0], "" + LABELS[1]);

        Path large = folder.resolve("sixteen.png");
        ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY), "png", large.toFile());
        Run refused = Run.striate("predict", inverted, "--weights", weights, large);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains("sixteen.png: becomes 16x16 by the recipe's `transform eval`, and the net takes 8x8");
        assertThat(refused.err().lines()).hasSize(1);
    }

    @Test
    void asksWhichRecipePreparesThePictures() throws IOException {
        String text = Files.readString(DIGITS);
        String other = text.substring(text.indexOf("train Quick"))
                .replace("Quick", "Other")
                .replace("optimize", "transform eval { resize(8) }\n  optimize");
        Path two = Files.writeString(folder.resolve("two.cnn"), text + other);
        Run which = Run.striate("predict", two, "--weights", weights, image(0));
        assertThat(which.status()).isEqualTo(2);
        assertThat(which.err()).contains("which recipe prepares the pictures? choose with --recipe among Quick, Other");
        assertThat(Run.striate("predict", two, "--recipe", "Other", "--weights", weights, image(0))
                        .status())
                .isZero();
        assertThat(Run.striate("predict", two, "--recipe", "Third", "--weights", weights, image(0))
                        .err())
                .contains("there is no recipe Third; there are Quick, Other");
    }

    @Test
    void refusesWeightsOfAnotherNet() throws IOException {
        Path wide = Files.writeString(
                folder.resolve("wide.cnn"),
                Files.readString(DIGITS).replace("conv(32,", "conv(33,").replaceAll("assert .*", ""));
        Run run = Run.striate("predict", wide, "--weights", weights, image(0));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("conv2.weight");
    }

    /** A net that scores the quarters of a 16x16 picture, and more parts of a larger one. */
    private static Path anySize() throws IOException {
        Path net = folder.resolve("any.cnn");
        return Files.writeString(net, """
                net Any {
                  input image: f32[N, 1, H, W] where H % 8 == 0, W % 8 == 0
                  label target: f32[N, 1, H / 8, W / 8]
                  let map = image -> conv(1, 8, stride=8)
                  map -> flatten -> output scores
                  loss l = quadratic(map, target)
                }
                """);
    }

    @Test
    void netsOfAnySizeTakePicturesAtTheirsOrAtTheNearest() throws IOException {
        Path weights = folder.resolve("any.safetensors");
        Parameter weight = new Parameter("conv1.weight", Sizes.of(1, 1, 8, 8), Init.zeros());
        Parameter bias = new Parameter("conv1.bias", Sizes.of(1), Init.zeros());
        Weights.init(new NetSpec("Any", List.of(weight, bias)), 1).save(weights);
        Path legal = folder.resolve("legal.png");
        ImageIO.write(new BufferedImage(24, 16, BufferedImage.TYPE_BYTE_GRAY), "png", legal.toFile());
        Path odd = folder.resolve("odd.png");
        ImageIO.write(new BufferedImage(30, 17, BufferedImage.TYPE_BYTE_GRAY), "png", odd.toFile());
        Run run = Run.striate("predict", anySize(), "--weights", weights, "--json", "--top", 20, legal, odd, legal);
        assertThat(run.err())
                .isEqualTo("striate: " + odd + ": Any cannot have 17x30; the nearest size is H = 16, W = 32\n");
        JsonNode all = new ObjectMapper().readTree(run.out());
        assertThat(all.get(0).get("top")).hasSize(6);
        assertThat(all.get(1).get("top")).hasSize(8);
        assertThat(all.get(2).get("top")).hasSize(6);
        Run sized = Run.striate(
                "predict", anySize(), "--weights", weights, "--json", "--top", 20, "--size", "16x16", legal, odd);
        assertThat(sized.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(sized.out()).get(1).get("top")).hasSize(4);
    }

    @Test
    void summariesAndGradientsOfNetsOfAnySize() throws IOException {
        Run small = Run.striate("summary", anySize());
        assertThat(small.err()).isEmpty();
        assertThat(small.out()).contains("Any at N = 1, H = 8, W = 8", "[N, 1, H/8, W/8]", "65 parameters, 64 MACs");
        assertThat(Run.striate("summary", anySize(), "--size", "16x24").out()).contains("H = 16, W = 24", "384 MACs");
        assertThat(Run.striate("summary", anySize(), "--size", "16x20").err())
                .contains("any.cnn:2: `W % 8 == 0` does not hold for H = 16, W = 20");
        assertThat(Run.striate("summary", anySize(), "--size", "large").err()).contains("such as 240x320, not large");
        assertThat(Run.striate("summary", DIGITS, "--size", "16x16").err()).contains("fixes those of its pictures");
        assertThat(Run.striate("gradcheck", anySize()).status()).isZero();
    }
}
