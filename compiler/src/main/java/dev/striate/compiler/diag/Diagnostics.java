package dev.striate.compiler.diag;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects diagnostics. The same message at the same place is kept once. Not for use by several threads. */
public final class Diagnostics {
    private record Key(Code code, String message, Object place) {}

    private static final Comparator<Diagnostic> BY_POSITION = Comparator.comparing(
                    (Diagnostic d) -> d.span().file().name())
            .thenComparingInt(d -> d.span().start())
            .thenComparingInt(d -> d.span().end())
            .thenComparing(Diagnostic::code);

    private final List<Diagnostic> all = new ArrayList<>();
    private final Set<Key> seen = new HashSet<>();
    private final Set<Key> places = new HashSet<>();

    /** Adds {@code diagnostic}, unless it was said already. */
    public void add(Diagnostic diagnostic) {
        if (seen.add(new Key(diagnostic.code(), diagnostic.message(), diagnostic.span()))) {
            all.add(diagnostic);
        }
    }

    /** Adds {@code diagnostic}, unless one of its code is at its place: a block that is called twice is wrong once. */
    public void addOnce(Diagnostic diagnostic) {
        if (places.add(new Key(diagnostic.code(), "", diagnostic.span()))) {
            add(diagnostic);
        }
    }

    /** Builds and adds. */
    public void add(Diagnostic.Builder diagnostic) {
        add(diagnostic.build());
    }

    /** Whether any of them is an error. */
    public boolean hasErrors() {
        return !errors().isEmpty();
    }

    /** The errors among them, by file and position. */
    public List<Diagnostic> errors() {
        return sorted().stream().filter(d -> d.severity() == Severity.ERROR).toList();
    }

    /** The same, every warning as an error: for who lets no warning pass. */
    public Diagnostics strict() {
        Diagnostics strict = new Diagnostics();
        all.forEach(d -> strict.add(d.asError()));
        return strict;
    }

    /** All of them, by file and position. */
    public List<Diagnostic> sorted() {
        return all.stream().sorted(BY_POSITION).toList();
    }
}
