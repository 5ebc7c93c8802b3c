package dev.striate.compiler.op;

import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Reshape;

/**
 * A value unchanged.
 *
 * @param spec which of the specifications below
 */
record IdentityOp(OpSpec<?> spec) implements Op {
    static final OpSpec<IdentityOp> IDENTITY = unchanged("identity")
            .doc("The value unchanged: the branch of a merge that does nothing.")
            .gradient((op, g) -> g.to(0, g.incoming()))
            .build();

    static final OpSpec<IdentityOp> DETACH = unchanged("detach")
            .doc("The value unchanged, without a gradient: what comes before does not learn from what follows.")
            .gradient((op, g) -> {})
            .build();

    private static OpSpec.Builder<IdentityOp> unchanged(String name) {
        return OpSpec.<IdentityOp>of(name, Category.LAYER)
                .operands("x")
                .factory(a -> new IdentityOp(a.spec()))
                .type((op, data) -> TensorType.f32(Types.requireFloat(name, 0, data.get(0))))
                .noMacs()
                .field(op -> Field.POINT)
                .eval((op, in, context) -> in.get(0))
                .view()
                .kernel((op, node) -> KernelCall.of(Reshape.class, "reshape", node.shape()));
    }

    @Override
    public String toString() {
        return name();
    }
}
