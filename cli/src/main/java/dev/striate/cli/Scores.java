package dev.striate.cli;

import dev.striate.runtime.train.Evaluation;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Losses and metrics as text. */
final class Scores {
    private Scores() {}

    /** Such as {@code xent 0.0312 acc 0.9917}. */
    static String text(Map<String, Double> scores) {
        return scores.entrySet().stream()
                .map(e -> e.getKey() + " " + number(e.getValue()))
                .collect(Collectors.joining(" "));
    }

    /** Prints what came of the test set: numbers on one line, then the tables. */
    static void print(Evaluation test, Console console) {
        console.out().println("test " + text(test.scores()));
        test.tables().forEach((name, counts) -> console.out().print(ConfusionTable.text(name, counts)));
    }

    /** Four decimals, or four digits where that would show nothing. */
    static String number(double value) {
        boolean tiny = value != 0 && Math.abs(value) < 1e-3;
        return String.format(Locale.ROOT, tiny ? "%.3e" : "%.4f", value);
    }
}
