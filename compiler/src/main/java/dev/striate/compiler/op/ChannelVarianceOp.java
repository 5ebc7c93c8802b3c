package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.ChannelVariance;

/** The biased variance over all axes but the channels'. Operands: x {@code [N, C, …]} and its mean {@code [C]}. */
record ChannelVarianceOp() implements Op {
    static final OpSpec<ChannelVarianceOp> SPEC = OpSpec.<ChannelVarianceOp>of("channel_variance", Category.INTERNAL)
            .doc("The biased variance over all axes but the channels'.")
            .operands("x", "mean")
            .type((op, data) -> data.get(1))
            .noMacs()
            .field(op -> Field.ALL)
            .notDifferentiable(ChannelMeanOp.PART_OF_BATCH_NORM)
            .eval((op, in, context) -> {
                Nd x = in.get(0);
                int count = x.size() / x.dim(1);
                Nd variance = new Nd(in.get(1).shape());
                for (int i = 0; i < x.size(); i++) {
                    int c = BatchNormOp.channel(x, i);
                    double d = x.get(i) - in.get(1).get(c);
                    variance.add(c, d * d / count);
                }
                return variance;
            })
            .noOnnx("it is in force in training only")
            .kernel((op, node) -> KernelCall.of(ChannelVariance.class, "channelVariance"))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
