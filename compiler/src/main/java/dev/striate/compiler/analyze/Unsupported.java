package dev.striate.compiler.analyze;

import java.util.Set;

/** The words of the language that this version does not compile, so that they are not called unknown. */
final class Unsupported {
    /** Metrics. */
    static final Set<String> METRICS = Set.of("confusion");

    private Unsupported() {}
}
