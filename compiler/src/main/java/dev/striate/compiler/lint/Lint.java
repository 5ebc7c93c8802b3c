package dev.striate.compiler.lint;

/** Looks for one kind of probable mistake in a file without errors. */
@FunctionalInterface
interface Lint {
    /** Reports all that it finds in {@code subject}. */
    void check(Subject subject, Report report);
}
