package dev.striate.compiler.analyze;

import java.util.Set;

/** The words of the language that this version does not compile, so that they are not called unknown. */
final class Unsupported {
    /** Layers, merges and functions over values. */
    static final Set<String> LAYERS = Set.of("locally_connected", "l2_pool", "adaptive_avg_pool");

    /** Metrics. */
    static final Set<String> METRICS = Set.of("confusion");

    private Unsupported() {}
}
