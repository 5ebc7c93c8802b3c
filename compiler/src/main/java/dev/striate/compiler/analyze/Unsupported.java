package dev.striate.compiler.analyze;

import java.util.Set;

/** The words of the language that this version does not compile, so that they are not called unknown. */
final class Unsupported {
    /** Layers, merges and functions over values. */
    static final Set<String> LAYERS = Set.of("locally_connected", "l2_pool", "adaptive_avg_pool");

    /** Losses. */
    static final Set<String> LOSSES = Set.of("nll", "contrastive", "triplet");

    /** Metrics. */
    static final Set<String> METRICS = Set.of("mean_iou", "confusion", "precision", "recall", "f1");

    /** Arguments of what is compiled, after the name of what takes them. */
    static final Set<String> ARGUMENTS = Set.of("cross_entropy.weights");

    private Unsupported() {}
}
