package dev.striate.maven;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Severity;
import java.util.List;

/**
 * What a run did.
 *
 * @param diagnostics what is to be said about the sources that were compiled; with an error among them no file was touched
 * @param sources how many sources there are
 * @param compiled the names of those that were not up to date
 * @param written the generated files that are new or have changed, by their paths within the output folder
 * @param removed the generated files that no source accounts for any more, likewise
 */
record Generation(
        List<Diagnostic> diagnostics, int sources, List<String> compiled, List<String> written, List<String> removed) {
    /** How many of the diagnostics are errors. */
    long errors() {
        return diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).count();
    }
}
