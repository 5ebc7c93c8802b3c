package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.ChannelMoments;
import java.util.List;

/** Mean and biased variance over all axes but the channels': {@code [N, C, …]} gives {@code [2, C]}. */
record ChannelMomentsOp() implements Op {
    static final OpSpec<ChannelMomentsOp> SPEC = OpSpec.<ChannelMomentsOp>of("channel_moments", Category.INTERNAL)
            .doc("The mean and the biased variance over all axes but the channels', `[2, C]`.")
            .operands("x")
            .type((op, data) -> TensorType.f32(
                    new Shape(List.of(Dim.of(2), data.get(0).shape().dim(1)))))
            .noMacs()
            .field(op -> Field.ALL)
            .notDifferentiable("the gradient of batch_norm_training by x includes it")
            .eval((op, in, context) -> moments(in.get(0)))
            .noOnnx("it is in force in training only")
            .kernel(op -> KernelCall.of(ChannelMoments.class, "channelMoments"))
            .build();

    private static Nd moments(Nd x) {
        int channels = x.dim(1);
        int count = x.size() / channels;
        Nd moments = new Nd(Sizes.of(2, channels));
        for (int i = 0; i < x.size(); i++) {
            moments.add(BatchNormOp.channel(x, i), x.get(i) / count);
        }
        for (int i = 0; i < x.size(); i++) {
            int c = BatchNormOp.channel(x, i);
            double d = x.get(i) - moments.get(c);
            moments.add(channels + c, d * d / count);
        }
        return moments;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
