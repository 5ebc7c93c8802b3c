package dev.striate.runtime.cuda.kernel;

import dev.striate.core.expr.Expr;
import dev.striate.core.expr.Expr.BinaryFunction;
import dev.striate.core.expr.Expr.UnaryFunction;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** An element-wise expression as statements of CUDA C: each different part is computed once, in order. */
final class ExprText {
    private final StringBuilder statements = new StringBuilder();
    private final Map<Expr, String> names = new HashMap<>();
    private final IntFunction<String> operand;

    private ExprText(IntFunction<String> operand) {
        this.operand = operand;
    }

    /**
     * Statements that end with storing the value.
     *
     * @param operand the C expression of an operand's element, by its number
     * @param result where the value goes
     */
    static String of(Expr expr, IntFunction<String> operand, String result) {
        ExprText text = new ExprText(operand);
        String value = text.name(expr);
        return text.statements + result + " = " + value + ";";
    }

    private String name(Expr expr) {
        String known = names.get(expr);
        if (known == null) {
            known = switch (expr) {
                case Expr.Const(double value) -> Source.number(value);
                case Expr.Arg(int index) -> store(operand.apply(index));
                case Expr.Unary(UnaryFunction f, Expr a) -> store(unary(f, name(a)));
                case Expr.Binary(BinaryFunction f, Expr a, Expr b) -> store(binary(f, name(a), name(b)));
            };
            names.put(expr, known);
        }
        return known;
    }

    private String store(String value) {
        String name = "v" + names.size();
        statements
                .append("const float ")
                .append(name)
                .append(" = ")
                .append(value)
                .append(";\n            ");
        return name;
    }

    private static String unary(UnaryFunction f, String a) {
        return switch (f) {
            case NEG -> "-(" + a + ")";
            case TANH -> "tanhf(" + a + ")";
            case SIGMOID -> "sigmoid(" + a + ")";
            case SOFTPLUS -> "softplus(" + a + ")";
            case EXP -> "expf(" + a + ")";
            case LOG -> "logf(" + a + ")";
            case SQRT -> "sqrtf(" + a + ")";
            case ABS -> "fabsf(" + a + ")";
            case ERF -> "erff(" + a + ")";
        };
    }

    private static String binary(BinaryFunction f, String a, String b) {
        return switch (f) {
            case ADD -> a + " + " + b;
            case SUB -> a + " - " + b;
            case MUL -> a + " * " + b;
            case DIV -> a + " / " + b;
            case MIN -> "smaller(" + a + ", " + b + ")";
            case MAX -> "larger(" + a + ", " + b + ")";
            case GREATER -> a + " > " + b + " ? 1.0f : 0.0f";
        };
    }
}
