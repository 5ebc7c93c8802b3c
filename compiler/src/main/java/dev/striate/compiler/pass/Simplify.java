package dev.striate.compiler.pass;

import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.Elementwise;
import dev.striate.compiler.op.FillOp;
import dev.striate.compiler.op.FlattenOp;
import dev.striate.compiler.op.Op;
import dev.striate.compiler.op.ReshapeOp;
import dev.striate.core.expr.Expr;
import java.util.List;
import java.util.Set;

/**
 * Algebra that changes no value: what adds zero, multiplies or divides by one, drops nothing, pads nothing or joins one
 * value is that value; a view of a view is one view; relu, abs and clip done twice are done once.
 *
 * <pre>
 * before:  x -> relu -> relu;  x, ones -> times -> y        after:  x -> relu;  x -> y
 * </pre>
 */
final class Simplify {
    private static final Set<String> IDEMPOTENT = Set.of("relu", "abs", "clip");

    private Simplify() {}

    /** The operand, where an operator changes nothing; see {@link Rebuild.Rule}. */
    static Node simplify(Node node, Rebuild rebuilt) {
        Op op = Op.of(node);
        boolean again =
                IDEMPOTENT.contains(op.name()) && op.equals(node.input(0).operation());
        if (again || op.isIdentity(node)) {
            return node.input(0);
        }
        if (isReshape(node) && isReshape(node.input(0))) {
            Node x = node.input(0).input(0);
            return x.type().equals(node.type())
                    ? x
                    : rebuilt.add(
                            new Node(new ReshapeOp(node.shape()), List.of(x), node.type(), node.path(), node.origin()));
        }
        return unchanged(node, op);
    }

    /** Whether a node is a view through which gradients pass. */
    private static boolean isReshape(Node node) {
        return node.operation() instanceof ReshapeOp || node.operation() instanceof FlattenOp;
    }

    /** The operand that an element-wise function gives back, because the others are constants. */
    private static Node unchanged(Node node, Op op) {
        Elementwise function = op.elementwise(node.inputs().size());
        if (function == null || node.inputs().stream().noneMatch(Simplify::isConstant)) {
            return node;
        }
        Expr expr = function.function().expr();
        for (int i = 0; i < node.inputs().size(); i++) {
            if (isConstant(node.input(i)) && node.input(i).operation() instanceof FillOp fill) {
                expr = expr.replace(Expr.arg(i), Expr.constant(fill.value()));
            }
        }
        return simplified(expr) instanceof Expr.Arg(int index)
                        && node.input(index).type().equals(node.type())
                ? node.input(index)
                : node;
    }

    /** Whether all elements are a number that is known; that of seeds, a backend may choose. */
    private static boolean isConstant(Node node) {
        return node.operation() instanceof FillOp fill && !fill.isSeed();
    }

    /** Without the sums, products and quotients that change nothing. */
    private static Expr simplified(Expr expr) {
        if (!(expr instanceof Expr.Binary(Expr.BinaryFunction f, Expr left, Expr right))) {
            return expr;
        }
        Expr a = simplified(left);
        Expr b = simplified(right);
        boolean isLeft = b.equals(Expr.constant(neutral(f)));
        boolean isRight = isCommutative(f) && a.equals(Expr.constant(neutral(f)));
        return isLeft ? a : isRight ? b : new Expr.Binary(f, a, b);
    }

    private static boolean isCommutative(Expr.BinaryFunction f) {
        return f == Expr.BinaryFunction.ADD || f == Expr.BinaryFunction.MUL;
    }

    /** What a function of it and another operand gives back the other for; NaN where there is nothing. */
    private static double neutral(Expr.BinaryFunction f) {
        return switch (f) {
            case ADD, SUB -> 0;
            case MUL, DIV -> 1;
            default -> Double.NaN;
        };
    }
}
