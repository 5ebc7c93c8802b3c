package dev.striate.compiler.op;

import dev.striate.compiler.eval.Nd;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.op.OpSpec.Category;
import dev.striate.core.Sizes;
import dev.striate.core.kernel.Pointwise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An element-wise operator: an expression, from which its value, its gradient and its kernel follow.
 *
 * @param spec which of the specifications below
 * @param function the expression
 * @param call how generated code builds it
 */
public record PointwiseOp(OpSpec<?> spec, Pointwise function, KernelCall call) implements Op {
    static final OpSpec<PointwiseOp> GRADIENT = OpSpec.<PointwiseOp>of("pointwise_grad", Category.INTERNAL)
            .doc("The gradient of an element-wise operator.")
            .operands("gradient", "saved")
            .variadic()
            .elementwise()
            .type((op, data) -> TensorType.f32(Broadcasting.join("pointwise_grad", data)))
            .noMacs()
            .field(op -> Field.POINT)
            .isGradient()
            .eval((op, in, context) -> eval(op.function, in))
            .kernel(op -> op.call)
            .build();

    /** Several element-wise operators that became one. */
    static final OpSpec<PointwiseOp> GROUP = OpSpec.<PointwiseOp>of("pointwise", Category.INTERNAL)
            .doc("Element-wise operators that follow one another, as one.")
            .operands("x", "other")
            .variadic()
            .elementwise()
            .type((op, data) -> TensorType.f32(Broadcasting.join("pointwise", data)))
            .noMacs()
            .field(op -> Field.POINT)
            .notDifferentiable("it is made when all gradients are there")
            .noOnnx("nets are exported as they were written")
            .eval((op, in, context) -> eval(op.function, in))
            .kernel(op -> op.call)
            .build();

    /** Element-wise operators that follow one another, as one. */
    public static PointwiseOp group(Elementwise all) {
        return new PointwiseOp(GROUP, all.function(), all.call());
    }

    @Override
    public Elementwise elementwise(int operands) {
        return new Elementwise(function, call);
    }

    static void gradient(PointwiseOp op, Gradients g) {
        gradient(op.function, op.call, g);
    }

    /** Gives each operand its gradient: the derivative times what comes in, summed where the operand was repeated. */
    static void gradient(Pointwise f, KernelCall call, Gradients g) {
        for (int i = 0; i < f.arity(); i++) {
            if (g.wants(i)) {
                g.to(i, Broadcasting.gradient(g, i, byOperand(f, call, g, i)));
            }
        }
    }

    private static Node byOperand(Pointwise f, KernelCall call, Gradients g, int input) {
        Pointwise.Gradient gradient = f.gradientBy(input);
        if (gradient.isIdentity()) {
            return g.incoming();
        }
        List<Node> operands = new ArrayList<>(List.of(g.incoming()));
        for (int i : gradient.saved()) {
            operands.add(i == f.arity() ? g.node() : g.node().input(i));
        }
        KernelCall described = f.arity() == 1
                ? KernelCall.of(Pointwise.class, "gradient", call)
                : KernelCall.of(Pointwise.class, "gradient", call, input);
        PointwiseOp op = new PointwiseOp(GRADIENT, gradient.function(), described);
        return g.emit(input, op, operands.toArray(Node[]::new));
    }

    static String export(PointwiseOp op, OnnxBuilder o) {
        return export(op.function, o);
    }

    /** The function of all operands, which meet in the result's shape. */
    static String export(Pointwise f, OnnxBuilder o) {
        int rank = o.node().shape().rank();
        List<String> operands = IntStream.range(0, f.arity())
                .mapToObj(i -> Onnx.aligned(o, i, rank))
                .toList();
        return Onnx.expression(o, f.expr(), operands);
    }

    /** The value of an element-wise function of operands whose shapes meet. */
    static Nd eval(Pointwise f, List<Nd> in) {
        Sizes shape = f.output(in.stream().map(Nd::shape).toList());
        List<Nd> whole = in.stream().map(x -> x.repeated(shape)).toList();
        double[] elements = new double[in.size()];
        return Nd.of(shape, i -> {
            Arrays.setAll(elements, x -> whole.get(x).get(i));
            return f.expr().eval(elements);
        });
    }

    @Override
    public String toString() {
        return function.name();
    }
}
