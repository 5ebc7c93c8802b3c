package dev.striate.compiler.op;

import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Reshape;

/** A value unchanged, through which no gradient goes. */
record DetachOp() implements Op {
    static final OpSpec<DetachOp> SPEC = OpSpec.<DetachOp>of("detach", Category.LAYER)
            .doc("The value unchanged, without a gradient: what comes before does not learn from what follows.")
            .operands("x")
            .factory(a -> new DetachOp())
            .type((op, data) -> TensorType.f32(Types.requireFloat("detach", 0, data.get(0))))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) -> {})
            .eval((op, in, context) -> in.get(0))
            .view()
            .onnx("Identity", (op, o) -> o.add("Identity", o.input(0)))
            .kernel((op, node) -> KernelCall.of(Reshape.class, "reshape", node.shape()))
            .build();

    @Override
    public OpSpec<?> spec() {
        return SPEC;
    }
}
