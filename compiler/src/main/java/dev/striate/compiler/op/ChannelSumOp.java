package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.ChannelSum;

/** The sum over all axes but the channels': {@code [N, C, …]} gives {@code [C]}. The gradient by a bias. */
record ChannelSumOp() implements Op {
    static final OpSpec<ChannelSumOp> SPEC = OpSpec.<ChannelSumOp>of("channel_sum", Category.INTERNAL)
            .doc("The sum over all axes but the channels'.")
            .operands("x")
            .type((op, data) -> TensorType.f32(Shape.of(data.get(0).shape().dim(1))))
            .noMacs()
            .field(op -> Field.ALL)
            .isGradient()
            .eval((op, in, context) -> {
                Nd x = in.get(0);
                Nd sum = new Nd(Sizes.of(x.dim(1)));
                for (int i = 0; i < x.size(); i++) {
                    sum.add(i / x.shape().elementsFrom(2) % x.dim(1), x.get(i));
                }
                return sum;
            })
            .kernel(op -> KernelCall.of(ChannelSum.class, "channelSum"))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
