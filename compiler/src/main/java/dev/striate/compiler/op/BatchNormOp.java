package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.BatchNorm;
import java.util.List;

/**
 * Batch normalization. As it is written and used it normalizes by running statistics; {@link OfBatch} takes its place in
 * training.
 *
 * @param eps added to the variance
 * @param momentum the weight of the new batch in the running statistics
 */
public record BatchNormOp(double eps, double momentum) implements Op {
    static final OpSpec<BatchNormOp> SPEC = OpSpec.<BatchNormOp>of("batch_norm", Category.LAYER)
            .doc("`(x - mean) / sqrt(variance + eps) * weight + bias` for each channel of `[N, C, …]`. In training the"
                    + " statistics are those of the batch, with the biased variance; the running ones move towards them"
                    + " by `momentum`, the variance by its unbiased estimate (of a single element by 0). Else they are"
                    + " the running ones.")
            .operands("x")
            .attrs(
                    Attr.optional("eps", Attr.Kind.FLOAT, 1e-5, "added to the variance"),
                    Attr.optional("momentum", Attr.Kind.FLOAT, 0.1, "the weight of the new batch"))
            .factory(a -> new BatchNormOp(a.number("eps"), a.number("momentum")))
            .type((op, data) -> {
                Types.requireNotNegative("batch_norm", "eps", op.eps);
                Types.requireShare("batch_norm", "momentum", op.momentum);
                return type("batch_norm", data);
            })
            .params((op, data) -> params(data))
            .noMacs()
            .field(op -> Field.POINT)
            .elementwise()
            .gradient((op, g) -> {
                Node node = g.node();
                g.give(0, new BatchNormGradInputOp(op.eps, false), g.incoming(), node.input(1), node.input(4));
                if (g.wants(1) || g.wants(2)) {
                    var sums = new BatchNormGradSumsOp(op.eps, false);
                    BatchNormGradSumsOp.give(g, 1, sums, g.incoming(), node.input(0), node.input(3), node.input(4));
                }
            })
            .training(BatchNormOp::training)
            .eval((op, in, context) -> normalized(in.get(0), in.get(3), in.get(4), op.eps, in.get(1), in.get(2)))
            .onnx(
                    "BatchNormalization",
                    (op, o) -> o.add(
                            OnnxOp.of("BatchNormalization").with("epsilon", op.eps),
                            o.inputs().toArray(String[]::new)))
            .kernel(op -> KernelCall.of(BatchNorm.class, "batchNorm", op.eps))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }

    private static TensorType type(String name, List<TensorType> data) {
        Windows.fixedChannels(name, Types.requireChannels(name, data.get(0)));
        return data.get(0);
    }

    private static List<ParamSpec> params(List<TensorType> data) {
        Sizes channels = Sizes.of(data.get(0).shape().dim(1).toInt());
        return List.of(
                new ParamSpec("weight", channels, Init.ones()),
                new ParamSpec("bias", channels, Init.zeros()),
                ParamSpec.state("running_mean", channels, Init.zeros()),
                ParamSpec.state("running_var", channels, Init.ones()));
    }

    private static Node training(BatchNormOp op, Training t) {
        List<Node> in = t.node().inputs();
        Node x = in.get(0);
        Node moments = t.emit("moments", new ChannelMomentsOp(), x);
        Node y = t.replace(new OfBatch(op.eps), x, moments, in.get(1), in.get(2), in.get(3), in.get(4));
        Dim count = x.shape().dim(0).times(x.shape().elementsFrom(2));
        t.update(in.get(3), t.emit("next_mean", new RunningOp(op.momentum, null), t.current(in.get(3)), moments));
        t.update(in.get(4), t.emit("next_var", new RunningOp(op.momentum, count), t.current(in.get(4)), moments));
        return y;
    }

    /** Which channel an element of {@code [N, C, …]} is in. */
    static int channel(Nd x, int index) {
        return index / x.shape().elementsFrom(2) % x.dim(1);
    }

    private static Nd normalized(Nd x, Nd mean, Nd variance, double eps, Nd weight, Nd bias) {
        return Nd.of(x.shape(), i -> {
            int c = channel(x, i);
            return (x.get(i) - mean.get(c)) / Math.sqrt(variance.get(c) + eps) * weight.get(c) + bias.get(c);
        });
    }

    /**
     * The same by the statistics of the batch. Operands: x and its moments; then the parameters. The gradient
     * by x takes into account that they are those of x.
     *
     * @param eps added to the variance
     */
    record OfBatch(double eps) implements Op {
        static final OpSpec<OfBatch> SPEC = OpSpec.<OfBatch>of("batch_norm_training", Category.INTERNAL)
                .doc("`batch_norm` in training: by the mean and the variance of the batch.")
                .operands("x", "moments")
                .type((op, data) -> type("batch_norm", data))
                .params((op, data) -> params(data))
                .noMacs()
                .field(op -> Field.POINT)
                .anchor()
                .elementwise()
                .gradient(OfBatch::gradient)
                .eval((op, in, context) -> normalized(
                        in.get(0), RowOp.of(in.get(1), 0), RowOp.of(in.get(1), 1), op.eps, in.get(2), in.get(3)))
                .noOnnx("it is in force in training only")
                .kernel(op ->
                        KernelCall.of(BatchNorm.class, "batchNorm", op.eps).with(true, "withBatch"))
                .build();

        private static void gradient(OfBatch op, Gradients g) {
            List<Node> in = g.node().inputs();
            Node x = in.get(0);
            Node moments = in.get(1);
            Node sums = BatchNormGradSumsOp.give(g, 2, new BatchNormGradSumsOp(op.eps, true), g.incoming(), x, moments);
            g.give(0, new BatchNormGradInputOp(op.eps, true), g.incoming(), x, moments, in.get(2), sums);
        }

        @Override
        public OpSpec<?> spec() {
            return SPEC;
        }
    }
}
