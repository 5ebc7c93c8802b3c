package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.core.expr.Expr;
import dev.striate.core.expr.Expr.BinaryFunction;
import dev.striate.core.expr.Expr.UnaryFunction;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the rules for ONNX share. */
final class Onnx {
    /** ONNX's numbers for types of elements. */
    private static final int FLOAT = 1;

    private Onnx() {}

    /** The elements of {@code x}, in row-major order, under another shape. */
    static String reshape(OnnxBuilder o, String x, List<Dim> shape) {
        boolean told = shape.stream().filter(d -> d.constant().isEmpty()).count() == 1;
        String sizes = told // -1 is the size that the others leave
                ? o.integers(shape.stream().map(d -> d.asLong().orElse(-1L)).toList())
                : o.sizes(shape);
        return o.add("Reshape", x, sizes);
    }

    /** The value of an operand with ones behind its axes: ONNX aligns shapes from the right. */
    static String aligned(OnnxBuilder o, int operand, int rank) {
        int from = o.node().input(operand).shape().rank();
        String x = o.input(operand);
        return from >= rank
                ? x
                : o.add("Unsqueeze", x, o.integers(IntStream.range(from, rank).toArray()));
    }

    /** A vector {@code [C]} as it meets the channels of a value {@code [N, C, …]}. */
    static String alongChannels(OnnxBuilder o, String vector) {
        int rank = o.node().shape().rank();
        return rank == 2
                ? vector
                : o.add(
                        "Unsqueeze",
                        vector,
                        o.integers(IntStream.range(1, rank - 1).toArray()));
    }

    /** Ones and zeros as floats. */
    static String toFloat(OnnxBuilder o, String x) {
        return o.add(OnnxOp.of("Cast").with("to", FLOAT), x);
    }

    /** The value of an expression over operands that are aligned. */
    static String expression(OnnxBuilder o, Expr expr, List<String> operands) {
        return switch (expr) {
            case Expr.Arg(int index) -> operands.get(index);
            case Expr.Const(double value) -> o.number(value);
            case Expr.Unary(UnaryFunction f, Expr a) -> o.add(type(f), expression(o, a, operands));
            case Expr.Binary(BinaryFunction f, Expr a, Expr b) -> {
                String value = o.add(type(f), expression(o, a, operands), expression(o, b, operands));
                yield f == BinaryFunction.GREATER ? toFloat(o, value) : value;
            }
        };
    }

    private static String type(UnaryFunction f) {
        return switch (f) {
            case NEG -> "Neg";
            case TANH -> "Tanh";
            case SIGMOID -> "Sigmoid";
            case SOFTPLUS -> "Softplus";
            case EXP -> "Exp";
            case LOG -> "Log";
            case SQRT -> "Sqrt";
            case ABS -> "Abs";
            case ERF -> "Erf";
        };
    }

    private static String type(BinaryFunction f) {
        return switch (f) {
            case ADD -> "Add";
            case SUB -> "Sub";
            case MUL -> "Mul";
            case DIV -> "Div";
            case MAX -> "Max";
            case MIN -> "Min";
            case GREATER -> "Greater";
        };
    }

    /** The shape of {@code x} with another size of an axis, or several in its place. */
    static List<Dim> split(Shape x, int axis, int... sizes) {
        return IntStream.range(0, x.rank())
                .boxed()
                .flatMap(i -> i == axis ? IntStream.of(sizes).mapToObj(Dim::of) : Stream.of(x.dim(i)))
                .toList();
    }
}
