package dev.striate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {
    private static final Path DIGITS = Path.of("../examples/digits.cnn");

    @TempDir
    private Path folder;

    private Path withTable() throws IOException {
        String text = Files.readString(DIGITS);
        String metric = "metric acc  = top1(logits, digit)";
        assertThat(text).contains(metric);
        return Files.writeString(
                folder.resolve("table.cnn"),
                text.replace(
                        metric,
                        metric
                                + "\n  metric table = confusion(logits, digit)\n  metric reached = recall(logits, digit)"));
    }

    private Path trained(Path file, int seed) {
        Path out = folder.resolve("seed-" + seed);
        Run.striate("train", file, "--epochs", 1, "--seed", seed, "--out", out);
        return out.resolve("weights.safetensors");
    }

    @Test
    void aConfusionIsCountedOverTheWholeSetAndShownAsATable() throws IOException {
        Path file = withTable();
        Path weights = trained(file, 1);
        JsonNode json = new ObjectMapper()
                .readTree(Run.striate("eval", file, "--weights", weights, "--json")
                        .out());
        JsonNode table = json.get("tables").get("table");
        int all = 0;
        int right = 0;
        double recalls = 0;
        for (int label = 0; label < 10; label++) {
            int meant = 0;
            for (int predicted = 0; predicted < 10; predicted++) {
                meant += table.get(label).get(predicted).asInt();
            }
            all += meant;
            right += table.get(label).get(label).asInt();
            recalls += (double) table.get(label).get(label).asInt() / meant;
        }
        assertThat(all).isEqualTo(360);
        JsonNode test = json.get("test");
        assertThat(test.get("acc").asDouble()).isCloseTo((double) right / all, within(1e-6));
        assertThat(test.get("reached").asDouble()).isCloseTo(recalls / 10, within(1e-6));

        Run shown = Run.striate("eval", file, "--weights", weights);
        assertThat(shown.out().lines()).hasSize(1 + 1 + 1 + 10 + 1);
        assertThat(shown.out())
                .contains("table: rows are labels, columns predictions\n")
                .containsPattern("(?m)^ +0 +1 +2 +3 +4 +5 +6 +7 +8 +9 +recall$")
                .containsPattern("(?m)^  precision( +[01]\\.\\d{3}){10}$");
        JsonNode report =
                new ObjectMapper().readTree(folder.resolve("seed-1/report.json").toFile());
        assertThat(report.get("tables").get("table")).isEqualTo(table);
    }

    @Test
    void manyClassesAreListedByTheCommonestConfusions() {
        long[][] counts = new long[30][30];
        counts[3][8] = 5;
        counts[29][0] = 7;
        counts[4][4] = 100;
        assertThat(ConfusionTable.text("c", counts)).isEqualToNormalizingNewlines("""
                        c: the commonest confusions of 30 classes
                               7 times 29 was taken for 0
                               5 times 3 was taken for 8
                        """);
    }

    @Test
    void severalWeightsAreAnEnsemble() throws IOException {
        Path one = trained(DIGITS, 1);
        Path two = trained(DIGITS, 2);
        String alone = Run.striate("eval", DIGITS, "--weights", one).out();
        Run both = Run.striate("eval", DIGITS, "--weights", one + "," + two);
        assertThat(both.status()).as(both.err()).isZero();
        assertThat(both.out()).matches("test xent \\S+ acc 0\\.\\d+\\R").isNotEqualTo(alone);
        Run same = Run.striate("eval", DIGITS, "--weights", one + "," + one, "--weights", one);
        assertThat(same.out()).isEqualTo(alone);
    }

    @Test
    void anEnsembleIsRefusedWhereALossReadsMoreThanOutputs() throws IOException {
        String text = Files.readString(DIGITS);
        String end = "fc(classes)\n        -> output logits\n";
        assertThat(text).contains(end);
        Path file = Files.writeString(
                folder.resolve("within.cnn"),
                text.replace(end, "scores: fc(classes)\n  output logits = scores -> softmax\n")
                        .replace("cross_entropy(logits", "cross_entropy(scores"));
        Path weights = trained(file, 1);
        Run run = Run.striate("eval", file, "--weights", weights + "," + weights);
        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err())
                .containsPattern("within\\.cnn:\\d+: xent depends on more than the outputs of the net, so it cannot be"
                        + " computed of an ensemble; make an output of what it reads");
    }
}
