package dev.striate.compiler.analyze;

import java.util.Set;

/** The words of the language that this version does not compile, so that they are not called unknown. */
final class Unsupported {
    /** Layers, merges and functions over values. */
    static final Set<String> LAYERS = Set.of(
            "conv_transpose",
            "depthwise_conv",
            "locally_connected",
            "l2_pool",
            "global_avg_pool",
            "global_max_pool",
            "adaptive_avg_pool",
            "maxout",
            "channel_l2_pool",
            "layer_norm",
            "instance_norm",
            "group_norm",
            "lrn",
            "l2_normalize",
            "spatial_dropout",
            "stochastic_depth",
            "gaussian_noise");

    /** Losses. */
    static final Set<String> LOSSES = Set.of(
            "binary_cross_entropy",
            "mse",
            "l1_loss",
            "smooth_l1",
            "hinge",
            "perceptron_loss",
            "nll",
            "kl_divergence",
            "contrastive",
            "triplet");

    /** Metrics. */
    static final Set<String> METRICS = Set.of("mae", "mean_iou", "confusion", "precision", "recall", "f1");

    /** Data sets and samplers. */
    static final Set<String> DATA =
            Set.of("cifar10", "folder", "csv", "npy", "pairs", "triplets", "autoencode", "segmentation_folder");

    /** Optimizers. */
    static final Set<String> OPTIMIZERS = Set.of("rmsprop", "adagrad", "adam", "adamw");

    /** Schedules of the learning rate. */
    static final Set<String> SCHEDULES = Set.of("multistep", "inverse", "warmup", "plateau");

    /** Arguments of what is compiled, after the name of what takes them. */
    static final Set<String> ARGUMENTS =
            Set.of("cross_entropy.ignore", "cross_entropy.smoothing", "cross_entropy.weights");

    private Unsupported() {}
}
