package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Pointwise;
import java.util.List;

/**
 * An element-wise operator: an expression, from which its value, its gradient and its kernel follow.
 *
 * @param spec which of the specifications below
 * @param function the expression
 * @param call how generated code builds it
 */
public record PointwiseOp(OpSpec<?> spec, Pointwise function, KernelCall call) implements Op {
    static final OpSpec<PointwiseOp> RELU =
            activation("relu", "`max(x, 0)`; its derivative at 0 is 0.", Pointwise.relu());
    static final OpSpec<PointwiseOp> TANH = activation("tanh", "The hyperbolic tangent.", Pointwise.tanh());
    static final OpSpec<PointwiseOp> SIGMOID =
            activation("sigmoid", "The logistic function `1 / (1 + exp(-x))`.", Pointwise.sigmoid());

    static final OpSpec<PointwiseOp> ADD = OpSpec.<PointwiseOp>of("add", Category.INTERNAL)
            .doc("The sum of two values of one shape.")
            .operands("a", "b")
            .type((op, data) -> TensorType.f32(Types.requireSame("add", data)))
            .noMacs()
            .field(op -> Field.POINT)
            .gradient((op, g) -> {
                g.to(0, g.wants(0) ? g.incoming() : null);
                g.to(1, g.wants(1) ? g.incoming() : null);
            })
            .eval((op, in, context) -> op.eval(in))
            .kernel((op, node) -> op.call)
            .build();

    static final OpSpec<PointwiseOp> GRADIENT = OpSpec.<PointwiseOp>of("pointwise_grad", Category.INTERNAL)
            .doc("The gradient of an element-wise operator.")
            .operands("gradient", "saved")
            .type((op, data) -> TensorType.f32(Types.requireSame("pointwise_grad", data)))
            .noMacs()
            .field(op -> Field.POINT)
            .isGradient()
            .eval((op, in, context) -> op.eval(in))
            .kernel((op, node) -> op.call)
            .build();

    /** {@code a + b}. */
    public static PointwiseOp add() {
        return new PointwiseOp(ADD, Pointwise.add(), KernelCall.of(Pointwise.class, "add"));
    }

    private static OpSpec<PointwiseOp> activation(String name, String doc, Pointwise function) {
        return OpSpec.<PointwiseOp>of(name, Category.LAYER)
                .doc(doc)
                .operands("x")
                .factory(a -> new PointwiseOp(a.spec(), function, KernelCall.of(Pointwise.class, name)))
                .type((op, data) -> TensorType.f32(Types.requireFloat(name, 0, data.get(0))))
                .noMacs()
                .field(op -> Field.POINT)
                .gradient(PointwiseOp::gradient)
                .eval((op, in, context) -> op.eval(in))
                .kernel((op, node) -> op.call)
                .build();
    }

    private static void gradient(PointwiseOp op, Gradients g) {
        Node saved =
                op.function.derivativeUsesResultOnly(0) ? g.node() : g.node().input(0);
        KernelCall call = KernelCall.of(Pointwise.class, "gradient", op.call);
        g.give(0, new PointwiseOp(GRADIENT, Pointwise.gradient(op.function), call), g.incoming(), saved);
    }

    private Nd eval(List<Nd> in) {
        return Nd.of(
                in.get(0).shape(),
                i -> function.expr().eval(in.stream().mapToDouble(x -> x.get(i)).toArray()));
    }

    @Override
    public String toString() {
        return function.name();
    }
}
