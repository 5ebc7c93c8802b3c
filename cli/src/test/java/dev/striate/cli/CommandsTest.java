package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");

    @TempDir
    private Path folder;

    private Path edited(String what, String with) throws IOException {
        String text = Files.readString(DIGITS);
        assertThat(text).contains(what);
        return Files.writeString(folder.resolve("edited.cnn"), text.replace(what, with));
    }

    @Test
    void trainsTestsAndEvaluatesAgain() throws IOException {
        Path out = folder.resolve("out");
        Run train = Run.striate("train", DIGITS, "--epochs", 3, "--threads", 2, "--out", out);
        assertThat(train.err())
                .contains("epoch 3/3 xent ", "weights: " + out.resolve("weights.safetensors"))
                .contains("generated Java: " + out.resolve("generated"))
                .doesNotContain("\u001b", "\r");
        assertThat(train.out()).matches("test xent \\S+ acc 0\\.9\\d+\\R");
        assertThat(out.resolve("generated/examples/Digits.java")).content().contains("package examples;");
        JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
        assertThat(report.get("steps").asInt()).isEqualTo(3 * 45);
        assertThat(report.get("test").get("acc").asDouble()).isGreaterThan(0.9);

        Run eval = Run.striate("eval", DIGITS, "--weights", out.resolve("weights.safetensors"), "--threads", 1);
        assertThat(eval.status()).isZero();
        assertThat(eval.out()).isEqualTo(train.out());
    }

    @Test
    void saysHowToGetADataSetThatIsMissing() throws IOException {
        Path out = folder.resolve("out");
        Path lenet5 = Path.of("../stdlib-models/src/main/cnn/striate/models/lenet5.cnn");
        Run run = Run.striate("train", lenet5, "--recipe", "Mnist", "--data", folder, "--out", out);
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("striate: the data set mnist is not on this machine: looked in " + folder.resolve("mnist"))
                .endsWith("get it with `striate data get mnist`\n");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(out).doesNotExist();
    }

    @Test
    void trainsByPhasesFromAFileAndLeavesCheckpoints() throws IOException {
        Path first = folder.resolve("first");
        assertThat(Run.striate("train", DIGITS, "--epochs", 1, "--out", first).status())
                .isIn(0, 1);
        String text = Files.readString(DIGITS);
        Path file = Files.writeString(
                folder.resolve("phases.cnn"), text.substring(0, text.indexOf("/// Seconds on two cores")) + """
                        train Fine for Digits {
                          init from "first/weights.safetensors" except "fc1.**"
                          data digits(batch=64, seed=1, holdout=0.1)
                          transform train { random_crop(8, pad=1) -> normalize(mean=0.3, std=0.4) }
                          transform eval { resize([16, 16]) -> center_crop(8) -> normalize(mean=0.3, std=0.4) }
                          optimize adamw(lr=0.01)
                          group "**.bias" decay*0
                          phase head for 2 epochs { freeze "conv*.**" with stats }
                          phase all for 2 epochs { schedule cosine(to=0) }
                          checkpoint every=1 epoch keep=2
                          stop early(metric=acc, patience=9)
                          budget memory <= 1 GiB
                        }
                        """);
        Path out = folder.resolve("out");
        Run train = Run.striate("train", file, "--out", out);
        assertThat(train.status()).as(train.err()).isZero();
        assertThat(train.err()).contains("epoch 4/4 ").contains("held out xent ");
        assertThat(out.resolve("checkpoints")).isDirectoryContaining("glob:**/step-00000063.safetensors");
        assertThat(out.resolve("checkpoints").toFile().list())
                .containsExactlyInAnyOrder("step-00000063.safetensors", "step-00000084.safetensors");
        Run last = Run.striate("eval", file, "--weights", out.resolve("checkpoints/step-00000084.safetensors"));
        assertThat(last.out()).isEqualTo(train.out());
        Run eval = Run.striate("eval", file, "--weights", out.resolve("weights.safetensors"));
        assertThat(eval.out()).isEqualTo(train.out());
        Run epochs = Run.striate("train", file, "--epochs", 3, "--out", out);
        assertThat(epochs.status()).isEqualTo(2);
        assertThat(epochs.err()).contains("--epochs: the recipe has phases, which say how long each of them is");
        Run momentum = Run.striate("train", file, "--set", "momentum=0.5", "--out", out);
        assertThat(momentum.err()).contains("--set momentum: the recipe's optimizer has none");
    }

    @Test
    void runsWhatTheFileSaysNotAClassOfTheSameNameOnTheClassPath() throws IOException {
        // The class path of the command has striate.models.LeNet5, without this recipe.
        String text = Files.readString(DIGITS)
                .replace("package examples", "package striate.models")
                .replace("Digits", "LeNet5");
        Path file = Files.writeString(folder.resolve("lenet5.cnn"), text);
        Run run = Run.striate("train", file, "--recipe", "Quick", "--epochs", 1, "--out", folder.resolve("own"));
        assertThat(run.err()).contains("training Quick for LeNet5: 9930 parameters");
    }

    @Test
    void theSameSeedGivesTheSameFile() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        Path other = folder.resolve("other");
        Run.striate("train", DIGITS, "--epochs", 1, "--threads", 1, "--out", one);
        Run.striate("train", DIGITS, "--epochs", 1, "--threads", 2, "--out", two);
        Run.striate("train", DIGITS, "--epochs", 1, "--seed", 9, "--out", other);
        byte[] weights = Files.readAllBytes(one.resolve("weights.safetensors"));
        assertThat(two.resolve("weights.safetensors")).hasBinaryContent(weights);
        assertThat(Files.readAllBytes(other.resolve("weights.safetensors"))).isNotEqualTo(weights);
    }

    @Test
    void trainsByStepsWithSeveralOptimizersAndBlendedSamples() throws IOException {
        Path file = Path.of("../compiler/src/test/golden/java/recipe_objectives.cnn");
        Path out = folder.resolve("out");
        Run run = Run.striate("train", file, "--recipe", "Blended", "--out", out);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("epoch 24/24 "); // 23 batches an epoch: 500 steps and two epochs end within it
        assertThat(run.out()).contains("confused: rows are labels, columns predictions");
        JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
        assertThat(report.get("steps").asInt()).isEqualTo(500 + 2 * 23);
        assertThat(report.get("test").get("reached").asDouble()).isGreaterThan(0.7); // by linear scores
        assertThat(out.resolve("checkpoints").toFile().list())
                .containsExactlyInAnyOrder("step-00000200.safetensors", "step-00000400.safetensors");
        Run set = Run.striate("train", file, "--recipe", "Plain", "--set", "lr=0.5", "--out", out);
        assertThat(set.status()).isEqualTo(2);
        assertThat(set.err()).contains("--set lr: the recipe has several optimizers; change them in the file");
    }

    @Test
    void anUnmetExpectationIsStatusOne() throws IOException {
        Path file = edited("acc >= 0.98", "acc >= 1.5");
        Run run = Run.striate("train", file, "--epochs", 1, "--out", folder);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).startsWith("test xent");
        assertThat(run.err()).containsPattern("edited\\.cnn:\\d+: expected acc >= 1\\.5, but it is 0\\.");
    }

    @Test
    void aDivergingRunSaysWhatToDo() {
        Run run = Run.striate("train", DIGITS, "--set", "lr=1e20", "--out", folder);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("xent is no longer a finite number at step", "try a smaller learning rate");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void wrongSettingsAreWrongUsage() {
        assertUsage("--set: there is no setting rate; there are lr, momentum, decay and batch", "--set", "rate=1");
        assertUsage("--set momentum takes a number of at least 0 and below 1, not 1", "--set", "momentum=1");
        assertUsage("--set lr takes a number above 0, not fast", "--set", "lr=fast");
        assertUsage("--set batch takes a whole number, not 2.5", "--set", "lr=0.1,batch=2.5");
        assertUsage("--epochs takes a number of at least 1, not 0", "--epochs", "0");
        assertUsage("--seed takes a whole number of at least 0, not -1", "--seed", "-1");
        assertUsage("--threads takes a number from 1 to 1024, not 0", "--threads", "0");
        assertUsage("there is no backend gpu; there are best, cpu, cuda and reference", "--backend", "gpu");
        String form = "--devices takes how many GPUs there are to be, such as 2, or their numbers, such as 0,2; not ";
        assertUsage(form + "0", "--devices", "0");
        assertUsage(form + "two", "--devices", "two");
        assertUsage("--devices 1,1 names a GPU twice", "--devices", "1,1");
        assertUsage("there is no recipe Slow; there are Quick for Digits", "--recipe", "Slow");
        assertUsage("there is no net Digit; there are Digits", "--net", "Digit");
    }

    @Test
    void whatThisMachineLacksIsStatusThree() {
        Run run = Run.striate("train", DIGITS, "--backend", "cuda", "--out", folder);
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.err())
                .startsWith("striate: the backend cuda cannot run here: ")
                .contains("; --backend best takes the fastest that runs here")
                .hasLineCount(1);
    }

    @Test
    void devicesAreThoseOfTheBackendCuda() {
        Run run = Run.striate("train", DIGITS, "--devices", "2", "--backend", "cpu", "--out", folder);
        assertThat(run.err()).contains("striate: --devices is for the backend cuda, not for cpu");
        assertThat(run.status()).isEqualTo(2);
    }

    /** No machine that builds has so many GPUs. */
    @Test
    void devicesThatAreMissingAreStatusThree() {
        for (String backend : List.of("best", "cuda")) {
            Run run = Run.striate("train", DIGITS, "--backend", backend, "--devices", "100,101", "--out", folder);
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.err())
                    .startsWith("striate: the")
                    .contains("; without --devices it trains on one device, or on the processor")
                    .hasLineCount(1);
        }
    }

    @Test
    void filesThatAreNotReadAreCounted() {
        Run run = Run.striate("check", DIGITS, folder);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).endsWith("striate: 0 errors, 0 warnings, 1 file not read" + System.lineSeparator());
    }

    @Test
    void filesThatAreNotReadAreInTheJsonAndInTheSarif() throws IOException {
        Path none = folder.resolve("none.cnn");
        String problem = none + ": cannot be read: there is no such file or folder";
        JsonNode json = new ObjectMapper()
                .readTree(Run.striate("check", "--format", "json", DIGITS, none).out());
        assertThat(json).hasSize(1);
        assertThat(json.get(0).get("severity").asText()).isEqualTo("error");
        assertThat(json.get(0).get("message").asText()).isEqualTo(problem);
        assertThat(json.get(0).get("span").get("file").asText()).isEqualTo(none.toString());
        JsonNode run = new ObjectMapper()
                .readTree(Run.striate("check", "--format", "sarif", none).out())
                .get("runs")
                .get(0);
        JsonNode invocation = run.get("invocations").get(0);
        assertThat(invocation.get("executionSuccessful").asBoolean()).isFalse();
        JsonNode notification = invocation.get("toolExecutionNotifications").get(0);
        assertThat(notification.get("message").get("text").asText()).isEqualTo(problem);
        assertThat(run.get("results")).isEmpty();
        JsonNode fine = new ObjectMapper()
                .readTree(Run.striate("check", "--format", "sarif", DIGITS).out());
        assertThat(fine.get("runs").get(0).has("invocations")).isFalse();
    }

    private void assertUsage(String message, String... options) {
        Run run = Run.striate("train", DIGITS, options[0], options[1], "--out", folder);
        assertThat(run.err()).contains("striate: " + message);
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void evalRefusesTheWeightsOfAnotherNet() throws IOException {
        Run.striate("train", DIGITS, "--epochs", 1, "--out", folder);
        Path wider = edited("conv(16, 3x3, pad=1)", "conv(17, 3x3, pad=1)");
        Files.writeString(wider, Files.readString(wider).replaceAll("(?m)^  assert .*$", ""));
        Run run = Run.striate("eval", wider, "--weights", folder.resolve("weights.safetensors"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("conv1.weight: [16, 1, 3, 3] in the file, [17, 1, 3, 3] in the net");
    }

    @Test
    void checkShowsErrorsInEveryFormat() throws IOException {
        assertThat(Run.striate("check", DIGITS).status()).isZero();
        assertThat(Run.striate("check", DIGITS).out()).isEmpty();
        Path file = edited("-> relu", "-> rely");
        Run text = Run.striate("check", file);
        assertThat(text.status()).isEqualTo(1);
        assertThat(text.out()).contains("error[CNN02", "edited.cnn:9:", "rely");
        JsonNode json = new ObjectMapper()
                .readTree(Run.striate("check", "--format", "json", file).out());
        assertThat(json.get(0).get("span").get("start").get("line").asInt()).isEqualTo(9);
        JsonNode sarif = new ObjectMapper()
                .readTree(Run.striate("check", "--format", "sarif", file).out());
        assertThat(sarif.get("runs").get(0).get("results")).isNotEmpty();
    }

    @Test
    void warningsAreSaidAndAreErrorsOnlyWhereAskedFor(@TempDir Path own) throws IOException {
        Path file = own.resolve("linear.cnn");
        Files.writeString(file, "net Linear { input x: f32[N, 4]  x -> fc(4) -> fc(4) -> relu -> output y }");
        Path java = own.resolve("Linear.java");

        Run check = Run.striate("check", file);
        assertThat(check.status()).isZero();
        assertThat(check.out()).contains("warning[CNN0402]");
        assertThat(check.err()).contains("0 errors, 1 warning");
        Run strict = Run.striate("check", "-Werror", file);
        assertThat(strict.status()).isEqualTo(1);
        assertThat(strict.out()).contains("error[CNN0402]");

        Run refused = Run.striate("compile", "-Werror", file, "-d", own);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("error[CNN0402]", "has 1 error");
        assertThat(java).doesNotExist();
        Run compiled = Run.striate("compile", file, "-d", own);
        assertThat(compiled.status()).isZero();
        assertThat(compiled.err()).contains("warning[CNN0402]");
        assertThat(java).exists();
        Run onFile = Run.striate("compile", file, "-d", java);
        assertThat(onFile.status()).isEqualTo(1);
        assertThat(onFile.err()).contains("the folder cannot be made: it is a file, and no folder");
    }

    @Test
    void errorsStopTheOtherCommands() throws IOException {
        Path file = edited("-> relu", "-> rely");
        for (Run run : new Run[] {
            Run.striate("train", file, "--out", folder.resolve("out")),
            Run.striate("compile", file, "-d", folder.resolve("out")),
            Run.striate("summary", file)
        }) {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("error[CNN02", "edited.cnn has ");
        }
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void compileWritesTheJava() {
        Run run = Run.striate("compile", DIGITS, "-d", folder);
        Path file = folder.resolve("examples/Digits.java");
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo(file + System.lineSeparator());
        assertThat(file).content().contains("public final class Digits");
    }

    @Test
    void compileDoesNotWriteOneNetOverAnother() {
        Run run = Run.striate("compile", DIGITS, DIGITS, "-d", folder.resolve("out"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("two nets are called examples.Digits").hasLineCount(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void compileOverwritesOnlyWhatWasGeneratedFromTheSameFile() throws IOException {
        Path java = folder.resolve("examples/Digits.java");
        Path other = edited("relu", "silu");
        assertThat(Run.striate("compile", DIGITS, "-d", folder).status()).isZero();
        assertThat(Run.striate("compile", DIGITS, "-d", folder).status()).isZero();

        String first = Files.readString(java);
        Run refused = Run.striate("compile", other, "-d", folder);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .contains(java + " was generated from digits.cnn, not from edited.cnn; give the net another name")
                .hasLineCount(1);
        assertThat(java).content().isEqualTo(first);

        Files.writeString(java, "");
        Run own = Run.striate("compile", DIGITS, "-d", folder);
        assertThat(own.status()).isEqualTo(1);
        assertThat(own.err()).contains(java + " was not generated").hasLineCount(1);
        assertThat(java).isEmptyFile();
    }

    @Test
    void aLossOfNothingLearnedIsNotTrained() throws IOException {
        Path file = edited("cross_entropy(logits, digit)", "quadratic(image, image)");
        Run run = Run.striate("train", file, "--out", folder.resolve("out"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("nothing that examples.Digits learns changes its loss")
                .hasLineCount(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void summaryCountsParametersAndMacs() throws IOException {
        Run run = Run.striate("summary", DIGITS);
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("examples.Digits at N = 1", "conv1", "total: 9,930 parameters, 309,248 MACs");
        JsonNode json = new ObjectMapper()
                .readTree(Run.striate("summary", DIGITS, "--json", "--batch", 2).out());
        assertThat(json.get("examples.Digits").get("params").asLong()).isEqualTo(9930);
        assertThat(json.get("examples.Digits").get("macs").asLong()).isEqualTo(2 * 309248);
    }

    /** At the sizes of the contracts; in numbers where a size is asked for. */
    @Test
    void summaryOfANetOfAnySize() throws IOException {
        Path resnet = Path.of("../stdlib-models/src/main/cnn/striate/models/resnet/resnet.cnn");
        Run symbols = Run.striate("summary", resnet, "--net", "ResNet18");
        assertThat(symbols.out())
                .contains(
                        "ResNet18 at N = 1, H = 224, W = 224", "field / stride / offset", "[N, 64, floor(H/2 + 1/2), ")
                .contains("11,689,512 parameters plus 9,600 running statistics, 1,814,073,344 MACs; memory: ");
        Run numbers = Run.striate("summary", resnet, "--net", "ResNet18", "--size", "64x96", "--batch", 2);
        assertThat(numbers.out())
                .contains("at N = 2, H = 64, W = 96")
                .containsPattern("stem\\.conv1 +\\[2, 64, 32, 48] +9,408 +28,901,376 +7 / 2 / -3 +768\\.0 KiB");
        JsonNode json = new ObjectMapper()
                .readTree(Run.striate("summary", resnet, "--net", "ResNet18", "--size", "64x96", "--json")
                        .out())
                .get("striate.models.resnet.ResNet18");
        assertThat(json.at("/sizes/H").asLong()).isEqualTo(64);
        assertThat(json.at("/rows/1/shape").asText()).startsWith("[N, 64, floor(");
        assertThat(json.at("/rows/1/sizes").asText()).isEqualTo("[1, 64, 32, 48]");
        assertThat(json.get("trainingBytes").asLong())
                .isGreaterThan(json.get("inferenceBytes").asLong());
    }

    @Test
    void summaryTellsWhatOnlyTrainingUses() throws IOException {
        Path file = Files.writeString(folder.resolve("heads.cnn"), """
                net Heads {
                  input x: f32[N, 4]
                  label y: class[N, 2]
                  let a = x -> fc(3)
                  a -> fc(2) -> output logits
                  loss l = cross_entropy(logits, y)
                  when train {
                    a -> fc(2) -> output early
                    objective l + cross_entropy(early, y)
                  }
                }
                """);
        assertThat(Run.striate("summary", file).out())
                .contains("total: 23 parameters (and 8 in training only), 18 MACs");
    }

    @Test
    void trainsRunningStatisticsAndSaysHowManyThereAre() throws IOException {
        Path file = edited("pad=1) -> relu", "pad=1, bias=false) -> batch_norm -> relu");
        String text = Files.readString(file).replaceAll("(?m)^  assert .*$", "");
        Files.writeString(file, text);
        assertThat(Run.striate("summary", file).out()).contains("total: 9,978 parameters plus 96 running statistics, ");
        JsonNode json = new ObjectMapper()
                .readTree(Run.striate("summary", file, "--json").out());
        assertThat(json.get("examples.Digits").get("statistics").asLong()).isEqualTo(96);
        Path out = folder.resolve("out");
        Run train = Run.striate("train", file, "--epochs", 2, "--out", out);
        assertThat(train.out()).as(train.err()).matches("test xent \\S+ acc 0\\.9\\d+\\R");
        Run eval = Run.striate("eval", file, "--weights", out.resolve("weights.safetensors"));
        assertThat(eval.out()).isEqualTo(train.out());
    }

    @Test
    void gradcheckFindsTheDigitsRight() {
        Run run = Run.striate("gradcheck", DIGITS);
        assertThat(run.out())
                .contains("examples.Digits", "conv1.weight", "fc1.bias")
                .doesNotContain("WRONG");
        assertThat(run.status()).isZero();
    }

    @Test
    void aTerminalGetsABarThatLeavesALinePerEpoch() {
        StringWriter err = new StringWriter();
        Console terminal = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err, true), true, true);
        assertThat(Main.run(terminal, "train", DIGITS.toString(), "--epochs", "2", "--out", folder.toString()))
                .isZero();
        assertThat(Arrays.stream(err.toString().split("\n")).filter(l -> l.contains("\r\u001b[Kepoch ")))
                .hasSize(2)
                .last()
                .asString()
                .containsPattern("epoch 2/2 xent \\S+ acc \\S+  \\d+ images/s$");
    }
}
