package dev.striate.compiler;

import dev.striate.compiler.diag.Diagnostics;
import java.util.List;

/**
 * What compiling a file gave.
 *
 * @param diagnostics what is to be said about it
 * @param nets its nets, in the order of the file; none when there are errors
 */
public record Compilation(Diagnostics diagnostics, List<CompiledNet> nets) {
    /** Copies the list. */
    public Compilation {
        nets = List.copyOf(nets);
    }
}
