package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Flatten;
import java.util.List;

/** Joins all axes but the first, in row-major order. */
public record FlattenOp() implements Op {
    static final OpSpec<FlattenOp> SPEC = OpSpec.<FlattenOp>of("flatten", Category.LAYER)
            .doc("Joins all axes but the first: `[N, C, H, W]` gives `[N, C*H*W]`.")
            .operands("x")
            .factory(a -> new FlattenOp())
            .type((op, data) -> {
                Shape x = Types.requireFloat("flatten", 0, data.get(0));
                if (x.rank() < 2) {
                    throw new ShapeError(Code.SHAPE, "flatten takes [N, …], not " + x)
                            .remark(0, List.of(), x + " comes from here")
                            .fix("leave flatten out");
                }
                return TensorType.f32(Shape.of(x.dim(0), x.elementsFrom(1)));
            })
            .noMacs()
            .field(op -> Field.ALL)
            .gradient((op, g) -> g.give(0, new ReshapeOp(g.node().input(0).shape()), g.incoming()))
            .eval((op, in, context) ->
                    in.get(0).reshaped(new Flatten().output(List.of(in.get(0).shape()))))
            .view()
            .onnx("Flatten", (op, o) -> o.add("Flatten", o.input(0)))
            .kernel(op -> KernelCall.of(Flatten.class, "flatten"))
            .build();

    @Override
    public boolean isIdentity(Node node) {
        return node.type().equals(node.input(0).type());
    }

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
