package dev.striate.picture;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.op.Field;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.OpSpec;
import java.util.List;

/** What operators are for, as the colours of a picture tell it. */
enum Family {
    /** Inputs, labels and what the net gives. */
    END("input, output", "#37474f", "#263238", "#ffffff"),
    /** Labels. */
    LABEL("label", "#ffffff", "#37474f", "#263238"),
    /** Convolutions: multiply-adds on feature maps. */
    CONVOLUTION("convolution", "#dbe9fb", "#4a80c4", "#15365f"),
    /** Multiply-adds on vectors. */
    DENSE("fully connected", "#e6defa", "#7e62c4", "#36216e"),
    /** Pooling. */
    POOLING("pooling", "#d9f0e1", "#4a9c68", "#164a2b"),
    /** Normalization. */
    NORMALIZATION("normalization", "#fdf0cc", "#c79a2b", "#5c4305"),
    /** Functions that keep the shape. */
    ACTIVATION("activation", "#fde3d0", "#d5813f", "#6b3407"),
    /** What meets from several branches. */
    MERGE("merge", "#ffffff", "#546e7a", "#263238"),
    /** In force in training only. */
    REGULARIZATION("regularization", "#eceff1", "#90a4ae", "#37474f"),
    /** What changes the shape, and calculations. */
    SHAPE("shape, arithmetic", "#eef1f3", "#8fa1ab", "#37474f"),
    /** Constants and learned tensors that stand alone. */
    CONSTANT("constant, parameter", "#ffffff", "#b0bec5", "#455a64"),
    /** Losses and what training makes small. */
    LOSS("loss", "#fbdada", "#c94f4f", "#6d1616"),
    /** Metrics. */
    METRIC("metric", "#fbdcec", "#c14f8c", "#6a1745");

    private final String words;
    private final String fill;
    private final String stroke;
    private final String ink;

    Family(String words, String fill, String stroke, String ink) {
        this.words = words;
        this.fill = fill;
        this.stroke = stroke;
        this.ink = ink;
    }

    /** Its name in the legend. */
    String words() {
        return words;
    }

    /** The colour within. */
    String fill() {
        return fill;
    }

    /** The colour of the border. */
    String stroke() {
        return stroke;
    }

    /** The colour of text. */
    String ink() {
        return ink;
    }

    /** Whether it is a loss or a metric, which is called what its box shows. */
    boolean isTerm() {
        return this == LOSS || this == METRIC;
    }

    /** The family of a node, told from what its operator is and does. */
    static Family of(Node node) {
        if (!(node.operation() instanceof Op op)) {
            return switch ((Source) node.operation()) {
                case Source.Input i -> END;
                case Source.Label l -> LABEL;
                case Source.Param p -> CONSTANT;
                case Source.State s -> CONSTANT;
            };
        }
        OpSpec<?> spec = op.spec();
        List<Node> data = spec.data(node);
        return switch (spec.category()) {
            case LOSS -> LOSS;
            case METRIC -> METRIC;
            case TRAINING_LAYER -> REGULARIZATION;
            case LAYER, INTERNAL -> {
                if (data.isEmpty()) {
                    yield CONSTANT;
                }
                if (!spec.macs(op, data.stream().map(Node::type).toList(), node.type())
                        .is(0)) {
                    yield node.shape().rank() == 4 ? CONVOLUTION : DENSE;
                }
                yield data.size() > 1 && !spec.operands().contains("like") ? MERGE : unary(node, spec.name());
            }
        };
    }

    private static Family unary(Node node, String name) {
        if (name.contains("pool") || name.equals("maxout")) {
            return POOLING;
        }
        if (name.contains("norm") || name.equals("lrn")) {
            return NORMALIZATION;
        }
        boolean keepsShape = node.shape().equals(node.input(0).shape());
        return keepsShape && keepsPlaces(node) ? ACTIVATION : SHAPE;
    }

    /** Whether a node looks through no window. */
    static boolean keepsPlaces(Node node) {
        Op op = Op.of(node);
        Field field = op.spec().field(op);
        return field instanceof Field.Point || field instanceof Field.All;
    }
}
