package dev.striate.runtime.backend;

import java.io.IOException;
import java.util.List;

/** Weights of another net. The message names each parameter that differs, one per line, and is meant for the user. */
public final class WeightsMismatchException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_LINES = 10;

    WeightsMismatchException(String headline, List<String> differences) {
        super(message(headline, differences));
    }

    private static String message(String headline, List<String> differences) {
        StringBuilder text = new StringBuilder(headline);
        differences.stream().limit(MOST_LINES).forEach(d -> text.append("\n  ").append(d));
        if (differences.size() > MOST_LINES) {
            text.append("\n  and ").append(differences.size() - MOST_LINES).append(" more");
        }
        return text.toString();
    }
}
