package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, {@code check} and {@code train} say what is wrong with it, where, and end with status 1. */
class WrongFilesTest {
    private static final Path GOLDEN = Path.of("../compiler/src/test/golden/errors");
    private static final int MUCH = 100_000;
    private static final int MEGABYTE = 1 << 20;
    private static final Pattern TOKEN = Pattern.compile("\\w[\\w.-]*|->|==|\\S");

    private static final String LENET = """
            package zoo.mnist

            net LeNet5(classes: int = 10) {
              input image: f32[N, 1, 28, 28]
              label digit: class[N, classes]

              image -> conv(6, 5x5, pad=2) -> tanh -> avg_pool(2)
                    -> conv(16, 5x5)       -> tanh -> avg_pool(2)
                    -> flatten -> fc(120)  -> tanh -> fc(84) -> tanh -> fc(classes)
                    -> output logits

              loss   xent = cross_entropy(logits, digit)
              metric acc  = top1(logits, digit)
              assert params() == 61706
            }

            train Digits for LeNet5 {
              data     digits(batch=128, seed=42)
              optimize sgd(lr=0.01, momentum=0.9, decay=5e-4)
              stop     after(20 epochs)
            }
            """;

    @TempDir
    private Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("wrong.cnn"), text);
    }

    private static Run check(Path file) {
        return wellBehaved(Run.striate("check", file));
    }

    private static Run wellBehaved(Run run) {
        assertThat(run.out() + run.err())
                .doesNotContain("Exception", "at dev.striate", "a bug of Striate", "StackOver");
        assertThat(run.status()).isIn(0, 1);
        return run;
    }

    /** One error at least, each with its place and a fix. */
    private static void assertErrors(Run run, Path file) {
        assertThat(run.status()).isEqualTo(1);
        long errors = run.out().lines().filter(l -> l.startsWith("error[CNN")).count();
        String place = "(?m)^ +--> " + Pattern.quote(file.toString()) + ":\\d+:\\d+$";
        assertThat(errors).isPositive();
        assertThat(Pattern.compile(place).matcher(run.out()).results().count()).isGreaterThanOrEqualTo(errors);
        assertThat(run.out().lines().filter(l -> l.contains("= fix: ")).count()).isGreaterThanOrEqualTo(errors);
        assertThat(run.err()).contains("striate: " + errors + " error");
    }

    static List<Path> goldenFiles() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files.filter(f -> f.toString().endsWith(".cnn")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("goldenFiles")
    void everyGoldenFile(Path file) {
        Run run = check(file);
        if (file.endsWith("stray_documentation.cnn")) {
            assertThat(run.status()).isZero();
            assertThat(run.out()).contains("warning[CNN0401]");
        } else if (file.toString().contains("lints")) {
            assertThat(run.status()).isZero();
            assertThat(run.out()).contains("warning[CNN04");
            return; // these compile
        } else {
            assertErrors(run, file);
        }
        Run train = wellBehaved(Run.striate("train", file, "--out", folder.resolve("out")));
        assertThat(train.status()).isEqualTo(1);
        assertThat(train.err()).contains(file.toString());
        assertThat(folder.resolve("out")).doesNotExist();
    }

    static Map<String, String> codesByText() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("", "CNN0112");
        texts.put("\ufeff", "CNN0112");
        texts.put("// one\n/* two */\r\n", "CNN0112");
        texts.put("\0".repeat(1000), "CNN0113");
        texts.put("\ud83d\ude00\n".repeat(1000), "CNN0106");
        texts.put(" ".repeat(4 * MEGABYTE), "CNN0112");
        texts.put(LENET.replace("5x5", "5×5"), "CNN0106");
        texts.put(LENET.replace("\n", "\r\n").replace("tanh", "tahn"), "CNN0203");
        texts.put(LENET.replace("  ", "\t").replace("tanh", "tahn"), "CNN0203");
        texts.put("\ufeff" + LENET.replace("tanh", "tahn"), "CNN0203");
        texts.put("net A " + "x".repeat(MEGABYTE) + " {}", "CNN01");
        for (String piece : List.of("{", "(", "[", "([{", "residual { ")) {
            texts.put("net A {\n  x -> " + piece.repeat(MUCH), "CNN0104");
            texts.put("net A {\n  x -> f(" + piece.repeat(MUCH), "CNN0104");
        }
        for (String piece : List.of("-", "!", "1 + ", "a ? ", "f(", "x[")) {
            texts.put("net A {\n  x -> f(" + piece.repeat(MUCH) + "1) -> output y\n}", "CNN0104");
        }
        texts.put("net A {\n  x -> " + "if a { b } else ".repeat(MUCH) + "{ c }\n}", "CNN0104");
        return texts;
    }

    @Test
    void textsThatNoPersonWrites() throws IOException {
        for (Map.Entry<String, String> entry : codesByText().entrySet()) {
            Path file = write(entry.getKey());
            Run run = check(file);
            assertErrors(run, file);
            assertThat(run.out()).startsWith("error[" + entry.getValue());
            if (entry.getValue().equals("CNN0104")) {
                assertThat(run.err()).as(run.out()).contains("striate: 1 error, 0 warnings");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aMegabyteOfGarbage(long seed) throws IOException {
        byte[] bytes = new byte[MEGABYTE];
        new Random(seed).nextBytes(bytes);
        Path file = Files.write(folder.resolve("garbage.cnn"), bytes);
        assertRefused(check(file), file, ":\\d+:\\d+: is not UTF-8 text; save it as UTF-8");

        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (' ' + (bytes[i] & 0xff) % ('~' - ' ' + 1));
        }
        assertErrors(check(Files.write(file, bytes)), file);
    }

    @Test
    void bytesThatAreNoText() throws IOException {
        Path file = folder.resolve("half.cnn");
        for (byte[] bytes : new byte[][] {
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // an unpaired surrogate
            {'n', 'e', 't', (byte) 0xc3}, // half a letter
            {(byte) 0xff, (byte) 0xfe, 'n', 0} // UTF-16
        }) {
            assertRefused(check(Files.write(file, bytes)), file, ":1:\\d+: is not UTF-8 text; save it as UTF-8");
        }
        assertRefused(check(Files.write(file, new byte[4 * MEGABYTE + 1])), file, ": has 4194305 bytes, .*");
        assertRefused(check(folder), folder, ": cannot be read: it is a folder or a device, not a file");
        Path missing = folder.resolve("missing.cnn");
        assertRefused(check(missing), missing, ": cannot be read: there is no such file or folder");
        assertRefused(Run.striate("train", missing), missing, ": cannot be read: .*");
    }

    @Test
    void aFileThatMayNotBeRead() throws IOException {
        Path file = write(LENET);
        assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "this user may read everything");
        assertRefused(check(file), file, ": cannot be read: .*");
    }

    private static void assertRefused(Run run, Path file, String message) {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        String sentence = run.err().lines().findFirst().orElse("");
        assertThat(sentence).matches("striate: " + Pattern.quote(file.toString()) + message);
        assertThat(run.err()).doesNotContain("0 warnings\n");
    }

    @Test
    void theOneThatIsRight() throws IOException {
        for (String text : List.of(LENET, LENET.replace("\n", "\r\n"), "\ufeff" + LENET, LENET.replace("  ", "\t"))) {
            Run run = check(write(text));
            assertThat(run.out()).isEmpty();
            assertThat(run.status()).isZero();
        }
    }

    @Test
    void everyTokenLeftOutOrDoubledInTurn() throws IOException {
        List<String> legal = new ArrayList<>();
        Matcher tokens = TOKEN.matcher(LENET);
        while (tokens.find()) {
            for (String instead : List.of("", tokens.group() + " " + tokens.group())) {
                Path file = write(LENET.substring(0, tokens.start()) + instead + LENET.substring(tokens.end()));
                Run run = check(file);
                if (run.status() == 1) {
                    assertErrors(run, file);
                } else {
                    legal.add((instead.isEmpty() ? "without " : "with two ") + tokens.group());
                }
            }
        }
        assertThat(legal).hasSizeLessThan(30);
    }

    @Test
    void aBracketMissingEverywhere() throws IOException {
        for (int i = 0; i < LENET.length(); i++) {
            if ("{}()[]".indexOf(LENET.charAt(i)) >= 0) {
                Path file = write(LENET.substring(0, i) + LENET.substring(i + 1));
                Run run = check(file);
                assertErrors(run, file);
                assertThat(run.err()).as(run.out()).contains("striate: 1 error, 0 warnings");
            }
        }
    }
}
