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
            "step",
            "leaky_relu",
            "prelu",
            "elu",
            "selu",
            "gelu",
            "silu",
            "softplus",
            "hard_sigmoid",
            "hard_swish",
            "clip",
            "log_softmax",
            "batch_norm",
            "layer_norm",
            "instance_norm",
            "group_norm",
            "lrn",
            "l2_normalize",
            "spatial_dropout",
            "stochastic_depth",
            "gaussian_noise",
            "reshape",
            "concat",
            "split",
            "slice",
            "pad",
            "crop",
            "upsample",
            "identity",
            "channel_shuffle",
            "exp",
            "log",
            "sqrt",
            "abs",
            "square",
            "max",
            "mean",
            "sum",
            "zeros",
            "ones",
            "normal",
            "detach",
            "add",
            "mul",
            "div",
            "residual");

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

    /** Arguments of what is compiled, after the name of what takes them. */
    static final Set<String> ARGUMENTS =
            Set.of("cross_entropy.ignore", "cross_entropy.smoothing", "cross_entropy.weights");

    private Unsupported() {}
}
