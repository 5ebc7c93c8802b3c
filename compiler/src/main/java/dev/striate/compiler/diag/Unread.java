package dev.striate.compiler.diag;

/**
 * A file that could not be read, so that nothing is known of what it says.
 *
 * @param file as it was named
 * @param problem one sentence
 */
public record Unread(String file, String problem) {}
