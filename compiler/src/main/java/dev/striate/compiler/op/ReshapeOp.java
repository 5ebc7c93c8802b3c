package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Reshape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The same elements under another shape.
 *
 * @param shape the new shape
 */
public record ReshapeOp(Shape shape) implements Op {
    static final OpSpec<ReshapeOp> SPEC = OpSpec.<ReshapeOp>of("reshape", Category.LAYER)
            .doc("The same elements, in row-major order, under another shape of as many elements.")
            .operands("x")
            .attrs(Attr.required("shape", Attr.Kind.SHAPE, "the new shape, such as `[x.N, 3, 85, x.H, x.W]`"))
            .factory(a -> new ReshapeOp(a.shape("shape")))
            .type((op, data) -> op.type(data.get(0)))
            .noMacs()
            .field(op -> Field.ALL)
            .gradient((op, g) -> g.give(0, new ReshapeOp(g.node().input(0).shape()), g.incoming()))
            .eval((op, in, context) -> in.get(0).reshaped(context.sizes(op.shape)))
            .view()
            .onnx("Reshape", (op, o) -> Onnx.reshape(o, o.input(0), op.shape.dims()))
            .kernel(op -> KernelCall.of(Reshape.class, "reshape", op.shape))
            .build();

    /** A learned tensor with the implicit batch axis that it has in arithmetic: {@code [C]} becomes {@code [1, C]}. */
    public static ReshapeOp withBatchAxis(Shape param) {
        List<Dim> dims = new ArrayList<>(List.of(Dim.of(1)));
        dims.addAll(param.dims());
        return new ReshapeOp(new Shape(dims));
    }

    private TensorType type(TensorType data) {
        Shape x = Types.requireFloat("reshape", 0, data);
        if (x.elements().differs(shape.elements())) {
            throw new ShapeError(
                            Code.ELEMENTS,
                            "reshape keeps the elements, and " + x + " has " + x.elements() + ", " + shape + " "
                                    + shape.elements())
                    .remark(0, List.of(), x + " comes from here")
                    .fix("choose sizes whose product is " + x.elements());
        }
        return TensorType.f32(shape);
    }

    @Override
    public Op at(Map<String, Long> sizes) {
        return new ReshapeOp(shape.with(sizes));
    }

    @Override
    public boolean isIdentity(Node node) {
        return node.type().equals(node.input(0).type());
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
