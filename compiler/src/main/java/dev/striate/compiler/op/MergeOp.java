package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Pointwise;
import java.util.List;

/**
 * The element-wise merges of two or more values.
 *
 * @param spec which of the specifications below
 */
public record MergeOp(OpSpec<?> spec) implements Op {
    static final OpSpec<MergeOp> ADD = merge("add", "Add")
            .doc("The sum of values of one shape, ones at the end apart (`[N]` pairs with `[N, 1]`).")
            .factory(a -> add())
            .type((op, data) -> TensorType.f32(Broadcasting.requireEqual("add", several("add", data))))
            .build();

    static final OpSpec<MergeOp> MUL = merge("mul", "Mul")
            .doc(
                    "The product of values whose shapes align from the left: `[N, C]` scales the channels of `[N, C, H, W]`.")
            .factory(a -> new MergeOp(a.spec()))
            .type((op, data) -> TensorType.f32(Broadcasting.join("mul", several("mul", data))))
            .build();

    static final OpSpec<MergeOp> MAX = merge("max", "Max")
            .doc(
                    "The largest of values of one shape, element by element; the first of equals passes the gradient on, and"
                            + " NaN wins. With `axis`, the largest element along it of one value, which loses the axis.")
            .attrs(Attr.derived("axis", Attr.Kind.AXES, "reduces one value along it"))
            .factory(a -> a.has("axis") ? ReduceOp.max(a.axes("axis")) : new MergeOp(a.spec()))
            .type((op, data) -> TensorType.f32(Broadcasting.requireEqual("max", several("max", data))))
            .build();

    static final OpSpec<MergeOp> MEAN = merge("mean", "Add, Mul")
            .doc(
                    "The mean of values of one shape, element by element. With `axis`, the mean along it of one value, which"
                            + " loses the axis.")
            .attrs(Attr.derived("axis", Attr.Kind.AXES, "reduces one value along it"))
            .factory(a -> a.has("axis") ? ReduceOp.mean(a.axes("axis")) : new MergeOp(a.spec()))
            .type((op, data) -> TensorType.f32(Broadcasting.requireEqual("mean", several("mean", data))))
            .build();

    /** The sum of values of one shape. */
    public static MergeOp add() {
        return new MergeOp(ADD);
    }

    private static OpSpec.Builder<MergeOp> merge(String name, String onnx) {
        return OpSpec.<MergeOp>of(name, Category.LAYER)
                .operands("x", "other")
                .variadic()
                .elementwise()
                .noMacs()
                .field(op -> Field.POINT)
                .gradient((op, g) -> {
                    int n = g.node().inputs().size();
                    PointwiseOp.gradient(op.function(n), op.call(n), g);
                })
                .eval((op, in, context) -> PointwiseOp.eval(op.function(in.size()), in))
                .onnx(onnx, (op, o) -> PointwiseOp.export(op.function(o.inputs().size()), o))
                .kernel((op, node) -> op.call(node.inputs().size()));
    }

    /** The operands, of which there must be two or more. */
    private static List<TensorType> several(String op, List<TensorType> data) {
        if (data.size() >= 2) {
            return data;
        }
        Shape x = data.get(0).shape();
        throw new ShapeError(Code.SHAPE, op + " joins two values or more, and there is one")
                .remark(0, List.of(), x + " comes from here")
                .fix("write `" + op + " { … | … }` or `" + op + "(y)`");
    }

    private Pointwise function(int n) {
        return switch (name()) {
            case "add" -> Pointwise.add(n);
            case "mul" -> Pointwise.multiply(n);
            case "max" -> Pointwise.largest(n);
            default -> Pointwise.average(n);
        };
    }

    private KernelCall call(int n) {
        Pointwise function = function(n);
        return n == 2 && spec == ADD
                ? KernelCall.of(Pointwise.class, "add")
                : KernelCall.of(Pointwise.class, function.name(), n);
    }

    @Override
    public Elementwise elementwise(int operands) {
        return new Elementwise(function(operands), call(operands));
    }

    @Override
    public String toString() {
        return name();
    }
}
