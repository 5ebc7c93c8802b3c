package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/**
 * An element-wise function of operands of one shape, or of shapes that meet from the left: an axis of size 1, or one that
 * is missing at the end, is repeated.
 *
 * @param name what it is called, in generated code and in profiles
 * @param arity the number of operands
 * @param expr the value of one element
 */
public record Pointwise(String name, int arity, Expr expr) implements Kernel {
    private static final Expr X = Expr.arg(0);

    /** {@code max(x, 0)} (Nair and Hinton 2010); its derivative at 0 is 0. NaN stays NaN and passes no gradient on. */
    public static Pointwise relu() {
        return new Pointwise("relu", 1, Expr.max(X, Expr.constant(0)));
    }

    /** The hyperbolic tangent. */
    public static Pointwise tanh() {
        return new Pointwise("tanh", 1, Expr.tanh(X));
    }

    /** The logistic function {@code 1 / (1 + exp(-x))}. */
    public static Pointwise sigmoid() {
        return new Pointwise("sigmoid", 1, Expr.sigmoid(X));
    }

    /** {@code a + b}. */
    public static Pointwise add() {
        return add(2);
    }

    /** The sum of {@code n} operands, from the first to the last. */
    public static Pointwise add(int n) {
        return fold("add", n, Expr::plus);
    }

    /** {@code a - b}. */
    public static Pointwise subtract() {
        return fold("subtract", 2, Expr::minus);
    }

    /** The product of {@code n} operands. */
    public static Pointwise multiply(int n) {
        return fold("multiply", n, Expr::times);
    }

    /** {@code a / b}. */
    public static Pointwise divide() {
        return fold("divide", 2, Expr::over);
    }

    /** The largest of {@code n} operands; the first of equals passes the gradient on. NaN when one is NaN. */
    public static Pointwise largest(int n) {
        return fold("largest", n, (before, next) -> Expr.max(next, before));
    }

    /** The mean of {@code n} operands. */
    public static Pointwise average(int n) {
        return new Pointwise("average", n, add(n).expr.times(Expr.constant(1.0 / n)));
    }

    private static Pointwise fold(String name, int n, BinaryOperator<Expr> join) {
        return new Pointwise(
                name, n, IntStream.range(0, n).mapToObj(Expr::arg).reduce(join).orElseThrow());
    }

    /**
     * The gradient of {@code f} with respect to operand {@code index}: the result's gradient times the derivative, of
     * the result's shape. Operands: the result's gradient; then {@link #saved}.
     */
    public static Pointwise gradient(Pointwise f, int index) {
        String name = f.name + (f.arity == 1 ? "" : index) + "_gradient";
        List<Integer> saved = f.saved(index);
        Expr derivative = f.derivative(index).renumber(operand -> 1 + saved.indexOf(operand));
        return new Pointwise(name, 1 + saved.size(), X.times(derivative));
    }

    /** The gradient of a function of one operand; see {@link #gradient(Pointwise, int)}. */
    public static Pointwise gradient(Pointwise f) {
        return gradient(f, 0);
    }

    /**
     * What the derivative with respect to operand {@code index} is told from: numbers of operands, or the number behind
     * the last for the result. The result alone where that is enough (relu, tanh, sigmoid), so that no operand is kept;
     * nothing where the derivative is a constant.
     */
    public List<Integer> saved(int index) {
        Expr derivative = derivative(index);
        return IntStream.rangeClosed(0, arity).filter(derivative::uses).boxed().toList();
    }

    /** The derivative, as a function of the result (operand {@code arity}) where it can be told from that alone. */
    private Expr derivative(int index) {
        Expr derivative = expr.derivative(index);
        Expr byResult = derivative.replace(expr, Expr.arg(arity));
        return IntStream.range(0, arity).noneMatch(byResult::uses) ? byResult : derivative;
    }

    /** Whether the derivative with respect to operand {@code index} is 1 everywhere. */
    public boolean passesGradient(int index) {
        return expr.derivative(index).equals(Expr.constant(1));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, arity);
        return Broadcast.join(name, inputs);
    }
}
