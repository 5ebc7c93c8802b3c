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

    /** Data sets and samplers. */
    static final Set<String> DATA =
            Set.of("cifar10", "folder", "csv", "npy", "pairs", "triplets", "autoencode", "segmentation_folder");

    /** Optimizers. */
    static final Set<String> OPTIMIZERS = Set.of("rmsprop", "adagrad", "adam", "adamw");

    /** Schedules of the learning rate. */
    static final Set<String> SCHEDULES = Set.of("multistep", "inverse", "warmup", "plateau");

    /** Arguments of what is compiled, after the name of what takes them. */
    static final Set<String> ARGUMENTS = Set.of("cross_entropy.weights");

    private Unsupported() {}
}
