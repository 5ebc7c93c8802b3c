package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.ChannelMean;

/** The mean over all axes but the channels': {@code [N, C, …]} gives {@code [C]}. */
record ChannelMeanOp() implements Op {
    /** Why statistics of a batch have no gradient of their own. */
    static final String PART_OF_BATCH_NORM = "the gradient of batch_norm_training by x includes it";

    static final OpSpec<ChannelMeanOp> SPEC = OpSpec.<ChannelMeanOp>of("channel_mean", Category.INTERNAL)
            .doc("The mean over all axes but the channels'.")
            .operands("x")
            .type((op, data) -> TensorType.f32(Shape.of(data.get(0).shape().dim(1))))
            .noMacs()
            .field(op -> Field.ALL)
            .notDifferentiable(PART_OF_BATCH_NORM)
            .eval((op, in, context) -> {
                Nd x = in.get(0);
                Nd mean = new Nd(Sizes.of(x.dim(1)));
                int count = x.size() / x.dim(1);
                for (int i = 0; i < x.size(); i++) {
                    mean.add(BatchNormOp.channel(x, i), x.get(i) / count);
                }
                return mean;
            })
            .noOnnx("it is in force in training only")
            .kernel((op, node) -> KernelCall.of(ChannelMean.class, "channelMean"))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
