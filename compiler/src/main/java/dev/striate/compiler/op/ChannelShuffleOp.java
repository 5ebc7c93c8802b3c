package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.ChannelShuffle;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Deals the channels of groups out in turn, so that grouped convolutions mix.
 *
 * @param groups how many groups
 */
record ChannelShuffleOp(int groups) implements Op {
    static final OpSpec<ChannelShuffleOp> SPEC = OpSpec.<ChannelShuffleOp>of("channel_shuffle", Category.LAYER)
            .doc(
                    "Deals the channels of `groups` groups out in turn: the first of each group, then the second, and so on.")
            .operands("x")
            .attrs(Attr.required("groups", Attr.Kind.POSITIVE_INT, "how many groups, which divides the channels"))
            .factory(a -> new ChannelShuffleOp(a.integer("groups")))
            .type((op, data) -> op.type(data.get(0)))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) ->
                    g.give(0, new ChannelShuffleOp(g.node().shape().dim(1).toInt() / op.groups), g.incoming()))
            .eval((op, in, context) -> op.eval(in.get(0)))
            .onnx("Transpose", (op, o) -> op.export(o))
            .kernel(op -> KernelCall.of(ChannelShuffle.class, "channelShuffle", op.groups))
            .build();

    private TensorType type(TensorType data) {
        Shape x = Types.requireFloat("channel_shuffle", 0, data);
        if (x.rank() < 2) {
            throw new ShapeError(Code.SHAPE, "channel_shuffle moves the channels of [N, C, …], not of " + x)
                    .remark(0, List.of(), x + " comes from here")
                    .fix("leave it out");
        }
        int channels = Windows.fixedChannels("channel_shuffle", x);
        if (channels % groups != 0) {
            throw new ShapeError(Code.GROUPS, "groups=" + groups + " does not divide " + channels + " channels")
                    .remark(0, List.of(1), channels + " channels come from here")
                    .fix("choose a number of groups that divides " + channels);
        }
        return data;
    }

    private String export(OnnxBuilder o) {
        Shape x = o.node().shape();
        List<Dim> apart = Onnx.split(x, 1, groups, x.dim(1).toInt() / groups);
        Integer[] axes = IntStream.range(0, apart.size()).boxed().toArray(Integer[]::new);
        axes[1] = 2;
        axes[2] = 1;
        String split = Onnx.reshape(o, o.input(0), apart);
        return Onnx.reshape(o, o.add(OnnxOp.of("Transpose").withAll("perm", axes), split), x.dims());
    }

    private Nd eval(Nd x) {
        ChannelShuffle shuffle = new ChannelShuffle(groups);
        int area = x.shape().elementsFrom(2);
        int channels = x.dim(1);
        return Nd.of(x.shape(), i -> {
            int c = i / area % channels;
            return x.get(i + (shuffle.source(c, channels) - c) * area);
        });
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
