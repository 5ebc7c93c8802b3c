package dev.striate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.bench.Measurement.Entry;
import dev.striate.bench.Row.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The lines of the table say truly what holds. */
class RowTest {
    @ParameterizedTest
    @CsvSource({"2.0, goal", "1.99, bar", "1.5, bar", "1.49, no", "NaN, no"})
    void moreIsBetterOfRatios(double ratio, String holds) {
        Row row = new Row("net", 1.5, 2.0, true, child -> new Answer(0, "", ""));
        assertThat(row.markdown(new Answer(ratio, "x", "details"))).endsWith("| " + holds + " | details |");
    }

    @ParameterizedTest
    @CsvSource({"100, goal", "101, bar", "300, bar", "301, no", "NaN, no"})
    void lessIsBetterOfTimes(double ms, String holds) {
        Row row = new Row("compile", 300, 100, false, child -> new Answer(0, "", ""));
        assertThat(row.markdown(new Answer(ms, " ms", "details"))).endsWith("| " + holds + " | details |");
    }

    @Test
    void aLineTakesSomeNanosecondsFromThreadToThread() {
        assertThat(Handover.nanos()).isGreaterThan(1);
        assertThat(Handover.note(23.6, 201.2)).isEqualTo("from thread to thread 24 ns before, 201 ns after");
    }

    @Test
    void everyRowIsAnother() {
        assertThat(Rows.ALL.stream().map(Row::work)).doesNotHaveDuplicates().hasSizeGreaterThan(20);
    }

    @Test
    void differencesAreRelativeToTheLargestNumber() {
        assertThat(Results.distance(new float[] {1, 10}, new float[] {2, 10})).isEqualTo(0.1);
        assertThat(Results.distance(new float[] {1}, new float[] {1, 2})).isInfinite();
        assertThat(Results.distance(new float[] {Float.NaN}, new float[] {1})).isInfinite();
        assertThat(Results.distance(new float[] {Float.NaN}, new float[] {Float.NaN}))
                .isNaN();
        assertThat(Results.join(List.of(new float[] {1}, new float[] {2, 3}))).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({"2e-4, (differs by 2.0e-04)", "NaN, (differs by NaN)", "Infinity, (differs by Infinity)", "1e-5, ''"})
    void whatDiffersIsSaid(double difference, String said) throws Exception {
        Measurement measured = new Measurement(
                "Net",
                "infer",
                1,
                2,
                "a machine",
                100,
                1,
                List.of(new Entry("striate", "", 1_000_000, 0), new Entry("peer", "", 2_000_000, difference)),
                List.of());
        ObjectMapper json = new ObjectMapper();
        assertThat(Row.contestants(json.readTree(json.writeValueAsString(measured.json()))))
                .isEqualTo("striate 1.00 ms; peer 2.00 ms" + (said.isEmpty() ? "" : " " + said)
                        + "; we do 0 % of the peak");
        assertThat(measured.text().contains("peer differs from us")).isEqualTo(!said.isEmpty());
    }

    @Test
    void aRowThatIsMeasuredAnewLeavesTheOthersAsTheyAre() throws Exception {
        Path page = Path.of("../docs/performance.md");
        String before = Files.readString(page);
        Row row = Rows.ALL.get(1);
        String after = TableCommand.with(row, "| " + row.work() + " | new |", before, "Another machine.");
        List<String> lines = before.lines().toList();
        int head = lines.indexOf("<!-- bench/run all: begin -->") + 1;
        List<String> expected = new ArrayList<>(lines);
        expected.set(head, "Another machine.");
        expected.set(head + 5, "| " + row.work() + " | new |");
        assertThat(after.lines()).containsExactlyElementsOf(expected);
        assertThatThrownBy(() -> TableCommand.with(row, "", "a page", ""))
                .hasMessageContaining("no place for the table");
    }

    @Test
    void fewRoundsAreNoMeasurement() {
        StringWriter said = new StringWriter();
        CommandLine command = Main.commandLine().setErr(new PrintWriter(said));
        assertThat(command.execute("LeNet5", "--peers", "none", "--rounds", "14"))
                .isEqualTo(1);
        assertThat(said.toString().strip())
                .isEqualTo("bench: --rounds takes 15 or more, not 14: fewer give no median to rely on");
    }

    /** With the steps of what is timed, the losses would be the same whatever the gradients are. */
    @Test
    void lossesAreComparedWhereGradientsDecideThem() throws Exception {
        Subject subject = Subject.of("LeNet5", 2);
        try (Contestant learning = Ours.training(subject, Data.of(subject), 1, Bench.COMPARED)) {
            learning.run();
            float[] before = learning.result();
            for (int i = 1; i < Bench.COMPARED_STEPS; i++) {
                learning.run();
            }
            assertThat(Results.distance(learning.result(), before)).isGreaterThan(0.01);
        }
    }
}
