package dev.striate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.bench.Row.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void everyRowIsAnother() {
        assertThat(Rows.ALL.stream().map(Row::work)).doesNotHaveDuplicates().hasSizeGreaterThan(20);
    }

    @Test
    void differencesAreRelativeToTheLargestNumber() {
        assertThat(Results.distance(new float[] {1, 10}, new float[] {2, 10})).isEqualTo(0.1);
        assertThat(Results.distance(new float[] {1}, new float[] {1, 2})).isInfinite();
        assertThat(Results.distance(new float[] {Float.NaN}, new float[] {1})).isInfinite();
        assertThat(Results.join(List.of(new float[] {1}, new float[] {2, 3}))).containsExactly(1, 2, 3);
    }
}
