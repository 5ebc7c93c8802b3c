package dev.striate.core;

import java.util.regex.Pattern;

/** Grammar for messages. */
public final class English {
    /** What is read "eight…", "eleven…" or "eighteen…": 8, 80x80, 800; 11x11, 18, 11000; but not 110, 1800. */
    private static final Pattern BEGINS_WITH_VOWEL = Pattern.compile("(8|1[18](\\d{3})*(?!\\d)).*");

    private English() {}

    /**
     * A number, or what begins with one, after its article: {@code a 3x3}, {@code an 8x8}.
     *
     * @param number in digits
     */
    public static String withArticle(String number) {
        return (BEGINS_WITH_VOWEL.matcher(number).matches() ? "an " : "a ") + number;
    }
}
