package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How shapes meet: aligned from the left, where an axis of size 1, or one that is missing at the end, is repeated.
 * {@code [N, C]} meets {@code [N, C, H, W]}; a scalar meets everything.
 */
final class Broadcasting {
    private static final Dim ONE = Dim.of(1);

    private Broadcasting() {}

    /**
     * The shape in which all operands meet.
     *
     * @throws ShapeError when two of them differ on an axis and neither is 1 there
     */
    static Shape join(String op, List<TensorType> data) {
        List<Dim> dims = new ArrayList<>();
        List<Integer> from = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            Shape shape = Types.requireFloat(op, i, data.get(i));
            for (int axis = 0; axis < shape.rank(); axis++) {
                if (axis == dims.size()) {
                    dims.add(ONE);
                    from.add(i);
                }
                Dim dim = shape.dim(axis);
                if (!dim.equals(ONE) && !dims.get(axis).equals(ONE) && dim.differs(dims.get(axis))) {
                    throw apart(op, data, from.get(axis), i, axis);
                }
                if (dims.get(axis).equals(ONE)) {
                    dims.set(axis, dim);
                    from.set(axis, i);
                }
            }
        }
        return new Shape(dims);
    }

    private static ShapeError apart(String op, List<TensorType> data, int first, int second, int axis) {
        Shape a = data.get(first).shape();
        Shape b = data.get(second).shape();
        String name = Axis.name(axis, Math.max(a.rank(), b.rank()));
        return new ShapeError(
                        Code.BROADCAST,
                        op + " aligns shapes from the left, and " + name + " is " + a.dim(axis) + " in " + a + " and "
                                + b.dim(axis) + " in " + b)
                .remark(first, List.of(axis), a.dim(axis) + " comes from here")
                .remark(second, List.of(axis), b.dim(axis) + " comes from here")
                .fix("make " + name + " equal in both, or 1 in one of them");
    }

    /**
     * The shape of operands that must have the same, ones at the end apart: {@code [N]} pairs with {@code [N, 1]}. The
     * result has the most axes.
     *
     * @throws ShapeError when two of them differ
     */
    static Shape requireEqual(String op, List<TensorType> data) {
        Shape first = Types.requireFloat(op, 0, data.get(0));
        Shape longest = first;
        for (int i = 1; i < data.size(); i++) {
            Shape shape = Types.requireFloat(op, i, data.get(i));
            if (Types.differ(Types.withoutTrailingOnes(shape), Types.withoutTrailingOnes(first))) {
                throw different(op, data, i);
            }
            longest = shape.rank() > longest.rank() ? shape : longest;
        }
        return longest;
    }

    /** That operand {@code other} has not the shape of the first. */
    static ShapeError different(String op, List<TensorType> data, int other) {
        Shape a = data.get(0).shape();
        Shape b = data.get(other).shape();
        String sentence = data.size() == 2
                ? op + " needs two values of one shape, not " + a + " and " + b
                : op + " needs values of one shape; of its " + data.size() + " values the first is " + a
                        + ", and number " + (other + 1) + " is " + b;
        return new ShapeError(Code.SHAPE, sentence)
                .remark(0, List.of(), a + " comes from here")
                .remark(other, List.of(), b + " comes from here")
                .fix(Projection.between(a, b)
                        .map(layer -> "bring the first to " + b + ", for example with " + layer)
                        .orElse("make both " + b));
    }

    /** Brings the gradient of a result back to an operand that met it: sums over the axes that were repeated. */
    static Node gradient(Gradients g, int input, Node gradient) {
        Shape operand = g.node().input(input).shape();
        Shape whole = gradient.shape();
        List<Integer> repeated = IntStream.range(0, whole.rank())
                .filter(axis -> !whole.dim(axis).equals(ONE))
                .filter(axis -> axis >= operand.rank() || operand.dim(axis).equals(ONE))
                .boxed()
                .toList();
        Node sum = repeated.isEmpty() ? gradient : g.emit(input, ReduceOp.sum(repeated), gradient);
        return sum.shape().equals(operand) ? sum : g.emit(input, new ReshapeOp(operand), sum);
    }
}
