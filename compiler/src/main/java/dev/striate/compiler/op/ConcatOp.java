package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Concat;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins values along an axis, one after the other.
 *
 * @param axis the axis
 */
public record ConcatOp(Axis axis) implements Op {
    static final OpSpec<ConcatOp> SPEC = OpSpec.<ConcatOp>of("concat", Category.LAYER)
            .doc("Joins values along an axis, one after the other; all other axes are equal.")
            .operands("x", "other")
            .variadic()
            .attrs(Attr.required("axis", Attr.Kind.AXIS, "the axis along which the values are joined"))
            .factory(a -> new ConcatOp(a.axis("axis")))
            .type((op, data) -> op.type(data))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient(ConcatOp::gradient)
            .eval((op, in, context) -> op.eval(in))
            .onnx("Concat", (op, o) -> {
                int axis = op.axis.of("concat", o.node().shape());
                return o.add(OnnxOp.of("Concat").with("axis", axis), o.inputs().toArray(String[]::new));
            })
            .kernel((op, node) -> KernelCall.of(
                    Concat.class, "concat", op.axis.of("concat", node.input(0).shape())))
            .build();

    private TensorType type(List<TensorType> data) {
        Shape first = Types.requireFloat("concat", 0, data.get(0));
        int at = axis.of("concat", first);
        List<Dim> joined = new ArrayList<>(first.dims());
        for (int i = 1; i < data.size(); i++) {
            Shape shape = Types.requireFloat("concat", i, data.get(i));
            if (shape.rank() != first.rank() || Types.differ(with(shape, at, first.dim(at)), first)) {
                throw different(data, i, at);
            }
            joined.set(at, joined.get(at).plus(shape.dim(at)));
        }
        return TensorType.f32(new Shape(joined));
    }

    private static Shape with(Shape shape, int axis, Dim dim) {
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.set(axis, dim);
        return new Shape(dims);
    }

    private static ShapeError different(List<TensorType> data, int other, int axis) {
        Shape a = data.get(0).shape();
        Shape b = data.get(other).shape();
        String name = Axis.name(axis, a.rank());
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < Math.min(a.rank(), b.rank()); i++) {
            if (i != axis && a.dim(i).differs(b.dim(i))) {
                axes.add(i);
            }
        }
        boolean cropped =
                a.rank() == 4 && b.rank() == 4 && axis == 1 && a.dim(0).equals(b.dim(0));
        return new ShapeError(
                        Code.SHAPE,
                        "concat along " + name + " needs values that are equal on all other axes, and the first is " + a
                                + ", number " + (other + 1) + " " + b)
                .remark(0, axes, a + " comes from here")
                .remark(other, axes, b + " comes from here")
                .fix(
                        cropped
                                ? "bring both to one height and width: crop(like=…) cuts the larger one, upsample"
                                        + " enlarges the smaller one"
                                : "make all axes but " + name + " equal");
    }

    private static void gradient(ConcatOp op, Gradients g) {
        int at = op.axis.of("concat", g.node().shape());
        Dim from = Dim.of(0);
        for (int i = 0; i < g.node().inputs().size(); i++) {
            Dim to = from.plus(g.node().input(i).shape().dim(at));
            g.give(i, SliceOp.of(at, from, to), g.incoming());
            from = to;
        }
    }

    private Nd eval(List<Nd> in) {
        int at = axis.of("concat", Windows.shape(in.get(0).shape()));
        Nd y = new Nd(new Concat(at).output(in.stream().map(Nd::shape).toList()));
        int[] start = new int[y.shape().rank()];
        for (Nd x : in) {
            x.forEachIn(y, start, (small, large) -> y.set(large, x.get(small)));
            start[at] += x.dim(at);
        }
        return y;
    }

    @Override
    public boolean isIdentity(Node node) {
        return node.inputs().size() == 1;
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
