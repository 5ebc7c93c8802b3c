package dev.striate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A line of the table: something that is asked for, and how it is measured.
 *
 * @param work what
 * @param bar the first bar
 * @param goal the goal
 * @param least whether more is better, else less
 * @param question measures it
 */
record Row(String work, double bar, double goal, boolean least, Question question) {
    /** What was measured. */
    @FunctionalInterface
    interface Question {
        /**
         * Measures.
         *
         * @throws IOException when it cannot be; the message says why
         */
        Answer ask(Child child) throws IOException;
    }

    /**
     * A figure and what it comes from.
     *
     * @param figure what is compared with bar and goal
     * @param unit what follows it
     * @param details in words
     */
    record Answer(double figure, String unit, String details) {}

    /** The line as Markdown: work, figure, first bar, goal, whether they hold, details. */
    String markdown(Answer answer) {
        return "| " + work + " | **" + number(answer.figure) + answer.unit + "** | " + number(bar) + answer.unit + " | "
                + number(goal) + answer.unit + " | "
                + (holds(answer.figure, goal) ? "goal" : holds(answer.figure, bar) ? "bar" : "no") + " | "
                + answer.details + " |";
    }

    private boolean holds(double figure, double asked) {
        return least ? figure >= asked : figure <= asked;
    }

    /** Three figures that count. */
    static String number(double value) {
        if (value != 0 && Math.abs(value) < 1e-3) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        int digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** A net beside the faster peer. */
    static Row race(String net, String mode, int batch, double bar, double goal) {
        String work = (mode.equals("train") ? "training step " : "inference ") + net + ", batch " + batch;
        return new Row(work, bar, goal, true, child -> {
            JsonNode json =
                    child.measure(Main.class, List.of(net, "--mode", mode, "--batch", String.valueOf(batch), "--json"));
            return new Answer(json.path("ratio").asDouble(), "x", contestants(json));
        });
    }

    /** Everybody's time, our share of the peak, and what is to be known besides. */
    static String contestants(JsonNode json) {
        StringBuilder text = new StringBuilder();
        for (JsonNode one : json.path("contestants")) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(one.path("name").asText())
                    .append(' ')
                    .append(number(one.path("ms").asDouble()))
                    .append(" ms");
            double difference = one.path("difference").asDouble();
            if (!Results.isSame(difference)) {
                text.append(" (differs by ").append(number(difference)).append(')');
            }
        }
        text.append("; we do ")
                .append(Math.round(100
                        * json.path("contestants").path(0).path("shareOfPeak").asDouble()))
                .append(" % of the peak");
        json.path("notes").forEach(n -> text.append("; ").append(n.asText()));
        return text.toString();
    }
}
