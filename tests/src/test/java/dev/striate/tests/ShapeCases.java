package dev.striate.tests;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.Axis;
import dev.striate.compiler.op.Op;
import dev.striate.core.kernel.Upsample;
import dev.striate.core.window.Padding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Random legal cases of merges, arithmetic, reductions, and of what moves elements along axes. */
final class ShapeCases {
    static final Map<String, Function<Draw, OpCase>> ALL = Map.ofEntries(
            Map.entry("add", d -> merge(d, "add", ShapeCases::onesApart)),
            Map.entry("mul", d -> merge(d, "mul", ShapeCases::meeting)),
            Map.entry("max", d -> apart(merge(d, "max", ShapeCases::onesApart))),
            Map.entry("mean", d -> merge(d, "mean", ShapeCases::onesApart)),
            Map.entry("div", d -> arithmetic(d, "div")),
            Map.entry("plus", d -> arithmetic(d, "plus")),
            Map.entry("minus", d -> arithmetic(d, "minus")),
            Map.entry("times", d -> arithmetic(d, "times")),
            Map.entry("over", d -> arithmetic(d, "over")),
            Map.entry("sum", d -> reduce(d, "sum")),
            Map.entry("reduce_mean", d -> reduce(d, "mean")),
            Map.entry("reduce_max", d -> reduce(d, "max")),
            Map.entry("concat", ShapeCases::concat),
            Map.entry("slice", ShapeCases::slice),
            Map.entry("pad", ShapeCases::pad),
            Map.entry("reshape", ShapeCases::reshape),
            Map.entry("crop", ShapeCases::crop),
            Map.entry("upsample", ShapeCases::upsample),
            Map.entry("channel_shuffle", ShapeCases::channelShuffle),
            Map.entry("one_hot", ShapeCases::oneHot),
            Map.entry("zeros", d -> begin(d, "zeros")),
            Map.entry("ones", d -> begin(d, "ones")),
            Map.entry("normal", ShapeCases::normal));

    private ShapeCases() {}

    private static OpCase merge(Draw d, String operator, BiFunction<Draw, Shape, Shape> other) {
        Shape x = d.shape(d.between(1, 4));
        List<TensorType> operands = new ArrayList<>(List.of(TensorType.f32(x)));
        for (int i = d.between(1, 3); i > 0; i--) {
            operands.add(TensorType.f32(other.apply(d, x)));
        }
        return d.on(OpCases.make(operator, Map.of()), operands.toArray(TensorType[]::new));
    }

    /** With operands of which no two elements are equal: each has the drawn numbers, moved a little. */
    private static OpCase apart(OpCase c) {
        Map<String, Nd> values = new HashMap<>();
        for (int i = 0; i < c.data().size(); i++) {
            Nd drawn = c.value(c.data().get(i));
            float by = i * 0.001f;
            values.put(c.data().get(i).path(), Nd.of(drawn.shape(), j -> (float) drawn.get(j) + by));
        }
        return new OpCase(c.node(), values, c.sizes());
    }

    /** The shape with a one more at its end, sometimes. */
    private static Shape onesApart(Draw d, Shape x) {
        List<Dim> dims = new ArrayList<>(x.dims());
        if (d.once(3)) {
            dims.add(Dim.of(1));
        }
        return new Shape(dims);
    }

    /** A shape that meets another from the left: some sizes become 1, some axes at the end go. */
    static Shape meeting(Draw d, Shape x) {
        List<Dim> dims = new ArrayList<>(x.dims().subList(0, d.once(3) ? d.between(0, x.rank()) : x.rank()));
        dims.replaceAll(dim -> d.once(4) ? Dim.of(1) : dim);
        return new Shape(dims);
    }

    /** Two operands, each of which may repeat along axes of the other; the second one is not near 0. */
    private static OpCase arithmetic(Draw d, String operator) {
        Shape whole = d.shape(d.between(1, 4));
        OpCase drawn = d.on(
                OpCases.make(operator, Map.of()), TensorType.f32(meeting(d, whole)), TensorType.f32(meeting(d, whole)));
        return drawn.map(v -> Math.copySign(Math.max(Math.abs(v), 0.25), v));
    }

    private static OpCase reduce(Draw d, String operator) {
        Shape x = d.shape(d.between(2, 4));
        List<Axis> axes = new ArrayList<>();
        for (int axis = 0; axis < x.rank(); axis++) {
            if (d.once(2)) {
                axes.add(d.once(2) ? Axis.of(axis) : new Axis(Axis.name(axis, x.rank())));
            }
        }
        return OpCases.on(d, OpCases.make(operator, Map.of("axis", axes.isEmpty() ? List.of(Axis.C) : axes)), x);
    }

    private static OpCase concat(Draw d) {
        Shape x = d.shape(d.between(2, 4));
        int axis = d.between(1, x.rank() - 1);
        TensorType[] operands = new TensorType[d.between(1, 4)];
        for (int i = 0; i < operands.length; i++) {
            List<Dim> dims = new ArrayList<>(x.dims());
            dims.set(axis, d.once(5) ? x.dim(axis) : Dim.of(d.between(1, 4)));
            operands[i] = TensorType.f32(new Shape(dims));
        }
        return d.on(OpCases.make("concat", Map.of("axis", Axis.of(axis))), operands);
    }

    private static OpCase oneHot(Draw d) {
        int classes = d.between(1, 6);
        return d.on(
                OpCases.make("one_hot", Map.of("classes", classes)),
                TensorType.classes(classes, d.shape(d.between(1, 3))));
    }

    private static OpCase slice(Draw d) {
        int size = d.between(1, 7);
        int from = d.between(0, size - 1);
        Shape x = d.shape(d.between(2, 4));
        int axis = d.between(1, x.rank() - 1);
        List<Dim> dims = new ArrayList<>(x.dims());
        dims.set(axis, Dim.of(size));
        Map<String, Object> attrs =
                Map.of("axis", Axis.of(axis), "from", Dim.of(from), "to", Dim.of(d.between(from + 1, size)));
        return OpCases.on(d, OpCases.make("slice", attrs), new Shape(dims));
    }

    private static OpCase pad(Draw d) {
        Padding padding = new Padding.Explicit(d.between(0, 3), d.between(0, 3), d.between(0, 3), d.between(0, 3));
        return OpCases.on(
                d, OpCases.make("pad", Map.of("pad", padding, "value", d.of(0.0, -1.5))), d.map(d.between(1, 4)));
    }

    private static OpCase reshape(Draw d) {
        Shape x = d.map(d.between(1, 4));
        Shape rows = Shape.of(x.dim(0), x.dim(1).times(x.dim(2)), x.dim(3));
        return OpCases.on(
                d,
                OpCases.make(
                        "reshape",
                        Map.of("shape", d.once(2) ? rows.dims() : x.dims().reversed())),
                x);
    }

    private static OpCase crop(Draw d) {
        int height = d.between(1, 7);
        int width = d.between(1, 7);
        Shape x = Shape.of(d.batch(), Dim.of(d.between(1, 3)), Dim.of(height), Dim.of(width));
        Shape like = Shape.of(x.dim(0), Dim.of(2), Dim.of(d.between(1, height)), Dim.of(d.between(1, width)));
        return d.on(OpCases.make("crop", Map.of()), TensorType.f32(x), TensorType.f32(like));
    }

    private static OpCase upsample(Draw d) {
        Map<String, Object> attrs = Map.of("factor", d.extent(4), "mode", d.of(Upsample.Mode.values()));
        return OpCases.on(d, OpCases.make("upsample", attrs), d.map(d.between(1, 3)));
    }

    private static OpCase channelShuffle(Draw d) {
        int groups = d.between(1, 4);
        Shape map = d.map(groups * d.between(1, 4));
        Op op = OpCases.make("channel_shuffle", Map.of("groups", groups));
        return OpCases.on(d, op, new Shape(map.dims().subList(0, d.between(2, 4))));
    }

    private static OpCase begin(Draw d, String operator) {
        return d.on(OpCases.make(
                operator, Map.of("shape", d.shape(d.between(1, 4)).dims())));
    }

    private static OpCase normal(Draw d) {
        List<Dim> shape = d.shape(d.between(1, 4)).dims();
        return d.on(OpCases.make(
                "normal", Map.of("shape", shape, "mean", d.of(0.0, -3.0), "deviation", d.of(0.0, 0.5, 2.0))));
    }
}
