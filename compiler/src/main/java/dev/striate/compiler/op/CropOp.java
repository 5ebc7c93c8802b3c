package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Rational;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Crop;
import java.util.ArrayList;
import java.util.List;

/** The centre of a feature map, as high and wide as another, of which only the shape matters. */
record CropOp() implements Op {
    static final OpSpec<CropOp> SPEC = OpSpec.<CropOp>of("crop", Category.LAYER)
            .doc("The centre of a feature map, as high and wide as `like`; where the difference is odd, one more row or"
                    + " column is lost at the bottom or right. No gradient goes to `like`.")
            .operands("x", "like")
            .factory(a -> new CropOp())
            .type((op, data) -> type(data))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) ->
                    g.give(0, back(g.node().input(0).shape(), g.node().shape()), g.incoming()))
            .eval((op, in, context) -> {
                Crop crop = new Crop();
                Nd x = in.get(0);
                Nd y = new Nd(crop.output(List.of(x.shape(), in.get(1).shape())));
                int[] start = crop.start(x.shape(), in.get(1).shape());
                y.forEachIn(x, start, (small, large) -> y.set(small, x.get(large)));
                return y;
            })
            .onnx("Slice", (op, o) -> export(o))
            .kernel(op -> KernelCall.of(Crop.class, "crop"))
            .build();

    private static TensorType type(List<TensorType> data) {
        Shape x = Windows.featureMap("crop", data.get(0));
        Shape like = Types.requireFloat("crop", 1, data.get(1));
        if (like.rank() != 4) {
            throw new ShapeError(
                            Code.SHAPE, "crop cuts to the height and width of a feature map, and `like` is " + like)
                    .remark(1, List.of(), like + " comes from here")
                    .fix("give `like` a value [N, C, H, W]");
        }
        for (int axis = 2; axis < 4; axis++) {
            if (SliceOp.isNegative(x.dim(axis).minus(like.dim(axis)))) {
                throw new ShapeError(Code.RANGE, "crop cannot enlarge " + x + " to the height and width of " + like)
                        .remark(0, List.of(axis), x.dim(axis) + " comes from here")
                        .remark(1, List.of(axis), like.dim(axis) + " comes from here")
                        .fix("swap the two values, or use upsample or pad");
            }
        }
        return TensorType.f32(Shape.of(x.dim(0), x.dim(1), like.dim(2), like.dim(3)));
    }

    private static String export(OnnxBuilder o) {
        List<Dim> from = new ArrayList<>();
        List<Dim> to = new ArrayList<>();
        for (int axis = 2; axis < 4; axis++) {
            Dim size = o.node().shape().dim(axis);
            Dim lost = o.node().input(0).shape().dim(axis).minus(size);
            from.add(lost.over(Rational.of(2)).floor());
            to.add(from.getLast().plus(size));
        }
        return o.add("Slice", o.input(0), o.sizes(from), o.sizes(to), o.integers(2, 3));
    }

    private static PadOp back(Shape x, Shape y) {
        List<Dim> amounts = new ArrayList<>();
        for (int axis = 2; axis < 4; axis++) {
            Dim lost = x.dim(axis).minus(y.dim(axis));
            Dim before = lost.over(Rational.of(2)).floor();
            amounts.add(before);
            amounts.add(lost.minus(before));
        }
        return new PadOp(Axis.of(2), amounts, 0);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
