package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Pad;
import dev.striate.core.window.Extent;
import dev.striate.core.window.Padding;
import dev.striate.core.window.Rounding;
import dev.striate.core.window.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Elements of one value around those of a value.
 *
 * @param axis the first axis
 * @param amounts for that axis and those behind it how many elements before and behind
 * @param value the value
 */
public record PadOp(Axis axis, List<Dim> amounts, double value) implements Op {
    private static final Axis H = new Axis("H");

    static final OpSpec<PadOp> SPEC = OpSpec.<PadOp>of("pad", Category.LAYER)
            .doc(
                    "Elements of one value around a feature map: `pad([top, bottom, left, right])`, `pad(1)` on all sides.")
            .operands("x")
            .attrs(
                    Attr.required("pad", Attr.Kind.PADDING, "how many on each side"),
                    Attr.optional("value", Attr.Kind.FLOAT, 0.0, "what is put there"))
            .factory(a -> new PadOp(H, amounts(a.padding("pad")), a.number("value")))
            .type((op, data) -> op.type(data.get(0)))
            .noMacs()
            .field(PadOp::field)
            .gradient((op, g) -> g.give(0, op.back(g.node().input(0).shape()), g.incoming()))
            .eval((op, in, context) -> op.eval(in.get(0), context))
            .onnx("Pad", (op, o) -> op.export(o))
            .kernel((op, node) -> KernelCall.of(
                    Pad.class, "pad", op.value, op.axis.of("pad", node.input(0).shape()), new Shape(op.amounts)))
            .build();

    /** The numbers of a padding; none of {@code same}, which only a window can mean. */
    private static List<Dim> amounts(Padding padding) {
        return padding instanceof Padding.Explicit p
                ? Stream.of(p.top(), p.bottom(), p.left(), p.right())
                        .map(Dim::of)
                        .toList()
                : List.of();
    }

    private TensorType type(TensorType data) {
        Shape x = Types.requireFloat("pad", 0, data);
        if (amounts.isEmpty()) {
            throw new ShapeError(Code.SHAPE, "pad=same follows from a window, and pad has none")
                    .remark(0, List.of(), x + " comes from here")
                    .fix("write how many elements: `pad([top, bottom, left, right])`");
        }
        int first = axis.of("pad", x);
        List<Dim> dims = new ArrayList<>(x.dims());
        for (int i = 0; i < amounts.size(); i++) {
            dims.set(first + i / 2, dims.get(first + i / 2).plus(amounts.get(i)));
        }
        return TensorType.f32(new Shape(dims));
    }

    private Field field() {
        if (!axis.equals(H)) {
            return Field.ALL;
        }
        List<Integer> sides = amounts.stream().map(Dim::toInt).toList();
        Padding padding = new Padding.Explicit(sides.get(0), sides.get(1), sides.get(2), sides.get(3));
        return new Field.Windowed(new Window(Extent.ONE, Extent.ONE, Extent.ONE, padding, Rounding.EXACT));
    }

    private SliceOp back(Shape x) {
        List<Dim> bounds = new ArrayList<>();
        int first = axis.of("pad", x);
        for (int i = 0; i < amounts.size(); i += 2) {
            bounds.add(amounts.get(i));
            bounds.add(amounts.get(i).plus(x.dim(first + i / 2)));
        }
        return new SliceOp(axis, bounds);
    }

    private String export(OnnxBuilder o) {
        int rank = o.node().shape().rank();
        int first = axis.of("pad", o.node().shape());
        List<Dim> all = new ArrayList<>(Collections.nCopies(2 * rank, Dim.of(0)));
        for (int i = 0; i < amounts.size(); i++) {
            all.set(first + i / 2 + i % 2 * rank, amounts.get(i));
        }
        return o.add("Pad", o.input(0), o.sizes(all), o.number(value));
    }

    private Nd eval(Nd x, EvalContext context) {
        int[] numbers = context.sizes(new Shape(amounts)).toArray();
        Pad pad = Pad.pad(value, axis.of("pad", Windows.shape(x.shape())), numbers);
        Nd y = Nd.of(pad.output(List.of(x.shape())), i -> value);
        x.forEachIn(y, pad.start(x.shape()), (small, large) -> y.set(large, x.get(small)));
        return y;
    }

    @Override
    public boolean isIdentity(Node node) {
        return amounts.stream().allMatch(Dim.of(0)::equals);
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
