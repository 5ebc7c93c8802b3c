package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The elements from one place of an axis up to another, and so on for the axes that follow.
 *
 * @param axis the first axis
 * @param bounds for that axis and those behind it the first place and the place behind the last
 */
public record SliceOp(Axis axis, List<Dim> bounds) implements Op {
    static final OpSpec<SliceOp> SPEC = OpSpec.<SliceOp>of("slice", Category.LAYER)
            .doc("The elements from place `from` of an axis up to, and without, place `to`, counted from 0.")
            .operands("x")
            .attrs(
                    Attr.required("axis", Attr.Kind.AXIS, "the axis"),
                    Attr.required("from", Attr.Kind.PLACE, "the first place"),
                    Attr.required("to", Attr.Kind.PLACE, "the place behind the last"))
            .factory(a -> new SliceOp(a.axis("axis"), List.of(a.dim("from"), a.dim("to"))))
            .type((op, data) -> op.type(data.get(0)))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) -> g.give(0, op.back(g.node().input(0).shape()), g.incoming()))
            .eval((op, in, context) -> op.eval(in.get(0), context))
            .onnx("Slice", (op, o) -> op.export(o))
            .kernel((op, node) -> KernelCall.of(
                    Slice.class, "slice", op.axis.of("slice", node.input(0).shape()), new Shape(op.bounds)))
            .build();

    /** The elements from {@code from} up to {@code to} along one axis. */
    public static SliceOp of(int axis, Dim from, Dim to) {
        return new SliceOp(Axis.of(axis), List.of(from, to));
    }

    private TensorType type(TensorType data) {
        Shape x = Types.requireFloat("slice", 0, data);
        int first = axis.of("slice", x);
        List<Dim> dims = new ArrayList<>(x.dims());
        for (int i = 0; i < bounds.size(); i += 2) {
            int at = first + i / 2;
            Dim from = bounds.get(i);
            Dim to = bounds.get(i + 1);
            if (isNegative(from)
                    || isNegative(to.minus(from).minus(Dim.of(1)))
                    || isNegative(x.dim(at).minus(to))) {
                throw outside(x, at, from, to);
            }
            dims.set(at, to.minus(from));
        }
        return TensorType.f32(new Shape(dims));
    }

    /** Whether it is a number, and below 0. */
    static boolean isNegative(Dim dim) {
        return dim.constant().filter(c -> c.signum() < 0).isPresent();
    }

    private static ShapeError outside(Shape x, int axis, Dim from, Dim to) {
        String name = Axis.name(axis, x.rank());
        return new ShapeError(
                        Code.RANGE,
                        "slice takes the places from " + from + " to " + to + " of " + name + ", and " + x + " has "
                                + x.dim(axis) + " there")
                .remark(0, List.of(axis), x.dim(axis) + " comes from here")
                .fix("take places from 0 up to " + x.dim(axis) + ", the first one below the last");
    }

    private PadOp back(Shape x) {
        List<Dim> amounts = new ArrayList<>();
        int first = axis.of("slice", x);
        for (int i = 0; i < bounds.size(); i += 2) {
            amounts.add(bounds.get(i));
            amounts.add(x.dim(first + i / 2).minus(bounds.get(i + 1)));
        }
        return new PadOp(axis, amounts, 0);
    }

    private String export(OnnxBuilder o) {
        int first = axis.of("slice", o.node().input(0).shape());
        int axes = bounds.size() / 2;
        return o.add(
                "Slice",
                o.input(0),
                o.sizes(IntStream.range(0, axes)
                        .mapToObj(i -> bounds.get(2 * i))
                        .toList()),
                o.sizes(IntStream.range(0, axes)
                        .mapToObj(i -> bounds.get(2 * i + 1))
                        .toList()),
                o.integers(IntStream.range(first, first + axes).toArray()));
    }

    private Nd eval(Nd x, EvalContext context) {
        Sizes numbers = context.sizes(new Shape(bounds));
        Slice slice = Slice.slice(axis.of("slice", Windows.shape(x.shape())), numbers.toArray());
        Nd y = new Nd(slice.output(List.of(x.shape())));
        y.forEachIn(x, slice.start(x.shape()), (small, large) -> y.set(small, x.get(large)));
        return y;
    }

    @Override
    public Op at(Map<String, Long> sizes) {
        return new SliceOp(axis, new Shape(bounds).with(sizes).dims());
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
