package dev.striate.compiler;

import dev.striate.compiler.diag.Diagnostics;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What compiling a file gave.
 *
 * @param diagnostics what is to be said about it
 * @param nets its nets, in the order of the file; none when there are errors
 * @param imports the names of the packages that were looked at, those of imported files included
 */
public record Compilation(Diagnostics diagnostics, List<CompiledNet> nets, Set<String> imports) {
    /** Copies the collections. */
    public Compilation {
        nets = List.copyOf(nets);
        imports = Collections.unmodifiableSet(new TreeSet<>(imports));
    }
}
