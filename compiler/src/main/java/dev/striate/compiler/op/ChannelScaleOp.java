package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.init.Init;
import dev.striate.core.kernel.ChannelScale;
import java.util.List;

/**
 * What {@code batch_norm} by running statistics multiplies each channel with. Operands: its weight and running variance.
 *
 * @param channels how many there are
 * @param eps added to the variance
 */
public record ChannelScaleOp(int channels, double eps) implements Op {
    static final OpSpec<ChannelScaleOp> SPEC = OpSpec.<ChannelScaleOp>of("channel_scale", Category.INTERNAL)
            .doc("The factors `weight / sqrt(running_var + eps)` of `batch_norm`, `[1, C]`.")
            .operands()
            .type((op, data) -> TensorType.f32(Shape.of(Dim.of(1), Dim.of(op.channels))))
            .params((op, data) -> List.of(
                    new ParamSpec("weight", Sizes.of(op.channels), Init.ones()),
                    ParamSpec.state("running_var", Sizes.of(op.channels), Init.ones())))
            .noMacs()
            .field(op -> Field.ALL)
            .notDifferentiable("it is made when all gradients are there")
            .noOnnx("nets are exported as they were written")
            .eval((op, in, context) -> Nd.of(
                    Sizes.of(1, op.channels),
                    c -> in.get(0).get(c) / Math.sqrt(in.get(1).get(c) + op.eps)))
            .kernel(op -> KernelCall.of(ChannelScale.class, "channelScale", op.channels, op.eps))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
