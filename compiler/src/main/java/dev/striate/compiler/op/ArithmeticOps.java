package dev.striate.compiler.op;

import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.kernel.Pointwise;

/** What {@code + - * /} between values are, and the layer {@code div}: of two values whose shapes align from the left. */
final class ArithmeticOps {
    private static final String QUOTIENT = "`a / b`; by 0 it is infinite, 0 / 0 is NaN.";

    static final OpSpec<PointwiseOp> PLUS =
            of("plus", "`+`", Category.INTERNAL, "`a + b`.", Pointwise.add(), "Add", "add");
    static final OpSpec<PointwiseOp> MINUS =
            of("minus", "`-`", Category.INTERNAL, "`a - b`.", Pointwise.subtract(), "Sub", "subtract");
    static final OpSpec<PointwiseOp> TIMES =
            of("times", "`*`", Category.INTERNAL, "`a * b`.", Pointwise.multiply(2), "Mul", "multiply", 2);
    static final OpSpec<PointwiseOp> OVER =
            of("over", "`/`", Category.INTERNAL, QUOTIENT, Pointwise.divide(), "Div", "divide");
    static final OpSpec<PointwiseOp> DIV =
            of("div", "div", Category.LAYER, QUOTIENT, Pointwise.divide(), "Div", "divide");

    private ArithmeticOps() {}

    private static OpSpec<PointwiseOp> of(
            String name,
            String spoken,
            Category category,
            String doc,
            Pointwise function,
            String onnx,
            String factory,
            Object... arguments) {
        return OpSpec.<PointwiseOp>of(name, category)
                .doc(doc)
                .operands("a", "b")
                .elementwise()
                .factory(a -> new PointwiseOp(a.spec(), function, KernelCall.of(Pointwise.class, factory, arguments)))
                .type((op, data) -> TensorType.f32(Broadcasting.join(spoken, data)))
                .noMacs()
                .field(op -> Field.POINT)
                .gradient(PointwiseOp::gradient)
                .eval((op, in, context) -> PointwiseOp.eval(function, in))
                .onnx(onnx, PointwiseOp::export)
                .kernel(op -> op.call())
                .build();
    }
}
