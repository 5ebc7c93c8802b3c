package dev.striate.compiler.lint;

import dev.striate.compiler.diag.Diagnostic;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Origin;
import dev.striate.compiler.source.SourceFile;

/** Takes the warnings about one file. What stands in imported files is not for its author to mend. */
final class Report {
    /** So many calls of blocks are named, from the innermost on. */
    private static final int MOST_CALLS = 4;

    private final SourceFile file;
    private final Diagnostics diagnostics;

    Report(SourceFile file, Diagnostics diagnostics) {
        this.file = file;
        this.diagnostics = diagnostics;
    }

    /** Adds a warning, once for each place. */
    void add(Diagnostic.Builder warning) {
        Diagnostic built = warning.build();
        if (built.span().file() == file) {
            diagnostics.addOnce(built);
        }
    }

    /** Adds a warning about {@code node}, with the calls that lead to it. */
    void add(Diagnostic.Builder warning, Node node) {
        int shown = 0;
        for (Origin.Call c = node.origin().within(); c != null && shown < MOST_CALLS; c = c.outer(), shown++) {
            warning.related(c.span(), "in `" + c.block().name() + "`, called here");
        }
        add(warning);
    }
}
