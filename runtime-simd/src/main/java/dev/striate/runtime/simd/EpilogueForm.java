package dev.striate.runtime.simd;

import dev.striate.core.Sizes;
import dev.striate.core.expr.Expr;
import dev.striate.core.expr.Expr.Binary;
import dev.striate.core.expr.Expr.BinaryFunction;
import dev.striate.core.kernel.Pointwise;
import java.util.List;

/**
 * An element-wise function that follows a kernel, taken apart: {@code clip(x * scale + shift + residual)} where that is
 * all that it does, which is what ResNets and their like need.
 *
 * @param affine whether operands 1 and 2 are the scale and the shift of each channel, {@code [1, C]}
 * @param residual the number of the operand of the result's shape that is added; 0 for none
 * @param low what the result is at least; {@code relu} has 0
 * @param high what the result is at most
 * @param whole whether that is all; if not, the whole function has to be computed from what the kernel gives
 */
record EpilogueForm(boolean affine, int residual, float low, float high, boolean whole) {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /** What follows is nothing. */
    static final EpilogueForm NOTHING = new EpilogueForm(false, 0, -INFINITY, INFINITY, true);

    private static final EpilogueForm OTHER = new EpilogueForm(false, 0, -INFINITY, INFINITY, false);

    /**
     * The form of a function.
     *
     * @param operands the shapes of its operands, the first being that of the result
     */
    static EpilogueForm of(Pointwise function, List<Sizes> operands) {
        Expr e = function.expr();
        float low = -INFINITY;
        float high = INFINITY;
        if (e instanceof Binary(BinaryFunction f, Expr a, Expr.Const(double most))
                && f == BinaryFunction.MIN
                && most >= 0) {
            high = (float) most;
            e = a;
        }
        if (e instanceof Binary(BinaryFunction f, Expr a, Expr.Const(double least))
                && f == BinaryFunction.MAX
                && least <= 0) {
            low = (float) least;
            e = a;
        }
        int residual = 0;
        if (e instanceof Binary(BinaryFunction f, Expr a, Expr b) && f == BinaryFunction.ADD) {
            if (b instanceof Expr.Arg(int i) && isResidual(i, operands)) {
                residual = i;
                e = a;
            } else if (a instanceof Expr.Arg(int i) && isResidual(i, operands)) {
                residual = i;
                e = b;
            }
        }
        boolean affine = e.equals(Pointwise.affine().expr());
        if (affine) {
            Sizes channels = Sizes.of(1, operands.getFirst().dim(1));
            affine = operands.get(1).equals(channels) && operands.get(2).equals(channels);
        }
        return affine || e.equals(Expr.arg(0)) ? new EpilogueForm(affine, residual, low, high, true) : OTHER;
    }

    private static boolean isResidual(int operand, List<Sizes> operands) {
        return operand > 0 && operands.get(operand).equals(operands.getFirst());
    }

    /** Whether the result is at least {@link #low}. */
    boolean limitsBelow() {
        return low > -INFINITY;
    }

    /** Whether the result is at most {@link #high}. */
    boolean limitsAbove() {
        return high < INFINITY;
    }
}
