package dev.striate.compiler.diag;

/**
 * The colours of a message on a terminal.
 *
 * @param coloured whether there are any
 * @param severity how bad the message is
 */
record Style(boolean coloured, Severity severity) {
    /** What is wrong: red, or yellow. */
    String loud(String text) {
        return ansi(severity == Severity.ERROR ? "1;31" : "1;33", text);
    }

    /** What is around it: blue. */
    String quiet(String text) {
        return ansi("1;34", text);
    }

    /** Bold. */
    String bold(String text) {
        return ansi("1", text);
    }

    private String ansi(String code, String text) {
        return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
