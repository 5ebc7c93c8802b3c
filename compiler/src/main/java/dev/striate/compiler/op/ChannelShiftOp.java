package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.ChannelShift;
import java.util.List;

/**
 * What {@code batch_norm} by running statistics adds to each scaled channel. Operands: the scale {@code [1, C]}, the bias
 * and the running mean.
 */
public record ChannelShiftOp() implements Op {
    static final OpSpec<ChannelShiftOp> SPEC = OpSpec.<ChannelShiftOp>of("channel_shift", Category.INTERNAL)
            .doc("The summands `bias - running_mean * scale` of `batch_norm`, `[1, C]`.")
            .operands("scale")
            .type((op, data) -> data.get(0))
            .params((op, data) -> {
                Sizes channels = Sizes.of(data.get(0).shape().dim(1).toInt());
                return List.of(
                        new ParamSpec("bias", channels, Init.zeros()),
                        ParamSpec.state("running_mean", channels, Init.zeros()));
            })
            .noMacs()
            .field(op -> Field.ALL)
            .notDifferentiable("it is made when all gradients are there")
            .noOnnx("nets are exported as they were written")
            .eval((op, in, context) -> Nd.of(
                    in.get(0).shape(),
                    c -> in.get(1).get(c) - in.get(2).get(c) * in.get(0).get(c)))
            .kernel(op -> KernelCall.of(ChannelShift.class, "channelShift"))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
