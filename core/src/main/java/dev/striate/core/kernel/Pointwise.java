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

    /** The number of an operand that no function has: it stands for a result while two functions become one. */
    private static final int RESULT = Integer.MAX_VALUE;

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

    /** {@code max(x, 0) + slope * min(0, x)} (Maas, Hannun, Ng 2013); its derivative at 0 is the slope. */
    public static Pointwise leakyRelu(double slope) {
        return unary("leakyRelu", positive().plus(Expr.constant(slope).times(negative())));
    }

    /** {@code x} above 0, else {@code alpha * (exp(x) - 1)} (Clevert, Unterthiner, Hochreiter 2016). */
    public static Pointwise elu(double alpha) {
        return unary("elu", exponentialUnit(alpha));
    }

    /** {@code 1.0507 * elu(1.6733)} (Klambauer et al. 2017), with both constants to float64. */
    public static Pointwise selu() {
        return unary("selu", Expr.constant(1.0507009873554805).times(exponentialUnit(1.6732632423543772)));
    }

    /** {@code x * (1 + erf(x / sqrt(2))) / 2} (Hendrycks, Gimpel 2016), not the approximation by tanh. */
    public static Pointwise gelu() {
        Expr cumulative = Expr.constant(1).plus(Expr.erf(X.times(Expr.constant(Math.sqrt(0.5)))));
        return unary("gelu", X.times(Expr.constant(0.5)).times(cumulative));
    }

    /** {@code x * sigmoid(x)} (Elfwing, Uchibe, Doya 2018). */
    public static Pointwise silu() {
        return unary("silu", X.times(Expr.sigmoid(X)));
    }

    /** {@code log(1 + exp(x))}, without overflow. */
    public static Pointwise softplus() {
        return unary("softplus", Expr.softplus(X));
    }

    /** {@code x / 6 + 1 / 2}, between 0 and 1 (Howard et al. 2019). */
    public static Pointwise hardSigmoid() {
        return unary("hardSigmoid", ramp());
    }

    /** {@code x * hardSigmoid(x)} (Howard et al. 2019). */
    public static Pointwise hardSwish() {
        return unary("hardSwish", X.times(ramp()));
    }

    /**
     * {@code x}, but at least {@code low} and at most {@code high}, as float32 numbers, so that a result tells whether it
     * is one of them; the derivative is 0 there and outside.
     */
    public static Pointwise clip(double low, double high) {
        return unary("clip", Expr.min(Expr.max(X, Expr.constant((float) low)), Expr.constant((float) high)));
    }

    /** 1 where {@code x > 0}, else 0, also for NaN. */
    public static Pointwise heaviside() {
        return unary("heaviside", Expr.greater(X, Expr.constant(0)));
    }

    /** The exponential function. */
    public static Pointwise exp() {
        return unary("exp", Expr.exp(X));
    }

    /** The natural logarithm: -infinity at 0, NaN below. */
    public static Pointwise log() {
        return unary("log", Expr.log(X));
    }

    /** The square root: NaN below 0; the derivative at 0 is infinite. */
    public static Pointwise sqrt() {
        return unary("sqrt", Expr.sqrt(X));
    }

    /** The absolute value; its derivative at 0 is 0. */
    public static Pointwise abs() {
        return unary("abs", Expr.abs(X));
    }

    /** {@code x * x}. */
    public static Pointwise square() {
        return unary("square", X.times(X));
    }

    /** {@code max(x, 0) + a * min(0, x)} of x and a: relu with a learned slope (He, Zhang, Ren, Sun 2015). */
    public static Pointwise parametricRelu() {
        return new Pointwise("parametricRelu", 2, positive().plus(Expr.arg(1).times(negative())));
    }

    private static Pointwise unary(String name, Expr expr) {
        return new Pointwise(name, 1, expr);
    }

    /** Its derivative at 0 is 0. */
    private static Expr positive() {
        return Expr.max(X, Expr.constant(0));
    }

    /** Its derivative at 0 is 1: that of the second operand. */
    private static Expr negative() {
        return Expr.min(Expr.constant(0), X);
    }

    /** The exponential function sees nothing above 0, where it could overflow. */
    private static Expr exponentialUnit(double alpha) {
        return positive().plus(Expr.constant(alpha).times(Expr.exp(negative()).minus(Expr.constant(1))));
    }

    private static Expr ramp() {
        Expr line = X.times(Expr.constant(1.0 / 6)).plus(Expr.constant(0.5));
        return Expr.min(Expr.max(line, Expr.constant(0)), Expr.constant(1));
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
     * How the gradient by an operand follows from that of the result.
     *
     * @param function the result's gradient times the derivative, of the result's shape. Operands: the result's gradient;
     *     then what is saved
     * @param saved what the derivative is told from: numbers of operands, or the number behind the last for the result.
     *     The result alone where that is enough (relu, tanh, sigmoid), so that no operand is kept; nothing where the
     *     derivative is a constant
     * @param isIdentity whether the derivative is 1 everywhere
     */
    public record Gradient(Pointwise function, List<Integer> saved, boolean isIdentity) {}

    /** The gradient by operand {@code index}. */
    public Gradient gradientBy(int index) {
        Expr byOperands = expr.derivative(index);
        Expr byResult = byOperands.replace(expr, Expr.arg(arity));
        Expr derivative = IntStream.range(0, arity).noneMatch(byResult::uses) ? byResult : byOperands;
        List<Integer> saved =
                IntStream.rangeClosed(0, arity).filter(derivative::uses).boxed().toList();
        Expr product = X.times(derivative.renumber(operand -> 1 + saved.indexOf(operand)));
        Pointwise function = new Pointwise(name + (arity == 1 ? "" : index) + "_gradient", 1 + saved.size(), product);
        return new Gradient(function, saved, derivative.equals(Expr.constant(1)));
    }

    /** The function of {@link #gradientBy}. */
    public static Pointwise gradient(Pointwise f, int index) {
        return f.gradientBy(index).function;
    }

    /** The gradient of a function of one operand; see {@link #gradient(Pointwise, int)}. */
    public static Pointwise gradient(Pointwise f) {
        return gradient(f, 0);
    }

    /** {@code x * scale + shift}: what batch normalization is once its statistics do not change. */
    public static Pointwise affine() {
        return new Pointwise("affine", 3, X.times(Expr.arg(1)).plus(Expr.arg(2)));
    }

    /**
     * This function and then another, as one. Operands: those of this function; then those of the other, apart from the
     * one that this function computes.
     *
     * @param next what follows
     * @param place which of its operands is the result of this function
     */
    @Override
    public Pointwise then(Pointwise next, int place) {
        Expr moved = next.expr.renumber(i -> i == place ? RESULT : arity + (i < place ? i : i - 1));
        return new Pointwise(name + "_" + next.name, arity + next.arity - 1, moved.replace(Expr.arg(RESULT), expr));
    }

    /** As {@link #then(Pointwise, int)}, with the result as the first operand. */
    @Override
    public Pointwise then(Pointwise next) {
        return then(next, 0);
    }

    /** The element of the result depends on the operands' elements at its own place alone. */
    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, arity);
        return Broadcast.join(name, inputs);
    }
}
