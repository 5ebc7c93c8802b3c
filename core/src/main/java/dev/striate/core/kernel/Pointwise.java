package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import java.util.List;

/**
 * An element-wise function of operands of one shape.
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
        return new Pointwise("add", 2, X.plus(Expr.arg(1)));
    }

    /**
     * The gradient of {@code f} with respect to operand {@code index}: the result's gradient times the derivative.
     * Operands: the result's gradient; then f's result if {@link #derivativeUsesResultOnly}, else f's operands.
     */
    public static Pointwise gradient(Pointwise f, int index) {
        Expr derivative = f.expr.derivative(index);
        String name = f.name + (f.arity == 1 ? "" : index) + "_gradient";
        if (f.derivativeUsesResultOnly(index)) {
            return new Pointwise(name, 2, X.times(derivative.replace(f.expr, Expr.arg(1))));
        }
        Expr shifted = derivative;
        for (int i = f.arity - 1; i >= 0; i--) {
            shifted = shifted.replace(Expr.arg(i), Expr.arg(i + 1));
        }
        return new Pointwise(name, f.arity + 1, X.times(shifted));
    }

    /** The gradient of a function of one operand; see {@link #gradient(Pointwise, int)}. */
    public static Pointwise gradient(Pointwise f) {
        return gradient(f, 0);
    }

    /** Whether the derivative can be told from the result alone (relu, tanh, sigmoid), so that no operand is kept. */
    public boolean derivativeUsesResultOnly(int index) {
        Expr derivative = expr.derivative(index).replace(expr, Expr.arg(arity));
        for (int i = 0; i < arity; i++) {
            if (derivative.uses(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, arity);
        for (Sizes s : inputs) {
            if (!s.equals(inputs.get(0))) {
                throw new IllegalArgumentException(name + " cannot join " + inputs.get(0) + " and " + s);
            }
        }
        return inputs.get(0);
    }
}
