package dev.striate.compiler.op;

import dev.striate.compiler.diag.Code;
import dev.striate.compiler.ir.Dim;
import dev.striate.compiler.ir.Shape;
import dev.striate.compiler.ir.TensorType;
import dev.striate.compiler.ir.TensorType.Element.ClassIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Checks of operands that several operators need. */
final class Types {
    private Types() {}

    /** The shape of a float operand. */
    static Shape requireFloat(String op, int input, TensorType type) {
        if (!type.isFloat()) {
            throw new ShapeError(Code.ELEMENT, op + " computes with floats, not with " + type)
                    .remark(input, List.of(), "class indices come from here")
                    .fix("give " + op + " an input or the result of a layer");
        }
        return type.shape();
    }

    /** The shape of a float operand {@code [N, C, …]}. */
    static Shape requireChannels(String op, TensorType type) {
        Shape x = requireFloat(op, 0, type);
        if (x.rank() < 2) {
            throw new ShapeError(Code.SHAPE, op + " works on channels [N, C, …], not on " + x)
                    .remark(0, List.of(), x + " comes from here")
                    .fix("give it the result of a convolution or of fc");
        }
        return x;
    }

    /** Checks a number that an operator was given. */
    static void requireNotNegative(String op, String argument, double value) {
        if (value < 0) {
            throw new ShapeError(Code.WRONG_ARGUMENT, "`" + argument + "` of `" + op + "` is at least 0, not " + value)
                    .fix("leave it out for the usual value");
        }
    }

    /** Checks a share of a whole that an operator was given. */
    static void requireShare(String op, String argument, double value) {
        if (value < 0 || value > 1) {
            throw new ShapeError(
                            Code.WRONG_ARGUMENT,
                            "`" + argument + "` of `" + op + "` is a number from 0 to 1, not " + value)
                    .fix("leave it out for the usual value");
        }
    }

    /** Checks scores {@code [N, K]} against a label {@code class[N, K]}, as losses and metrics over classes take them. */
    static void requireScores(String op, List<TensorType> data) {
        TensorType scores = data.get(0);
        TensorType label = data.get(1);
        requireFloat(op, 0, scores);
        if (!(label.element() instanceof ClassIndex index)) {
            throw new ShapeError(Code.ELEMENT, op + " compares with a class label, not with " + label)
                    .remark(1, List.of(), "floats come from here")
                    .fix("declare the label as class[N, K], or use quadratic for numbers");
        }
        int classes = index.classes();
        if (scores.shape().rank() != 2 || label.shape().rank() != 1) {
            int input = scores.shape().rank() != 2 ? 0 : 1;
            throw new ShapeError(
                            Code.SHAPE,
                            op + " takes scores [N, K] and a label class[N, K], not " + scores.shape() + " and "
                                    + label)
                    .remark(input, List.of(), data.get(input) + " comes from here")
                    .fix(
                            input == 0
                                    ? "flatten it and end with fc(" + classes + ")"
                                    : "declare the label as class[N, K]");
        }
        if (scores.shape().dim(0).differs(label.shape().dim(0))) {
            throw different(op, data);
        }
        requireClasses(op, scores.shape(), classes);
    }

    private static void requireClasses(String op, Shape scores, int classes) {
        if (!scores.dim(1).is(classes)) {
            throw new ShapeError(
                            Code.CLASSES,
                            op + " needs as many scores as there are classes: " + scores.dim(1) + " scores, " + classes
                                    + " classes")
                    .remark(0, List.of(1), scores.dim(1) + " scores come from here")
                    .remark(1, List.of(), classes + " classes come from here")
                    .fix((scores.rank() == 2 ? "end with fc(" + classes + ")" : "end with conv(" + classes + ", 1)")
                            + ", or declare the label as class[N, " + scores.dim(1) + "]");
        }
    }

    /** The same, or scores {@code [N, K, …]} against a label of every place {@code class[N, …, K]}. */
    static void requireScoresAtEachPlace(String op, List<TensorType> data) {
        Shape scores = data.get(0).shape();
        if (scores.rank() < 3
                || !data.get(0).isFloat()
                || !(data.get(1).element() instanceof ClassIndex(int classes))
                || data.get(1).shape().rank() != scores.rank() - 1) {
            requireScores(op, data);
            return;
        }
        List<Dim> places = new ArrayList<>(scores.dims());
        places.remove(1);
        if (differ(new Shape(places), data.get(1).shape())) {
            throw different(op, data);
        }
        requireClasses(op, scores, classes);
    }

    /** Whether two shapes differ for all sizes, as far as can be told; what is left is compared when a session is opened. */
    static boolean differ(Shape a, Shape b) {
        return a.rank() != b.rank()
                || IntStream.range(0, a.rank()).anyMatch(axis -> a.dim(axis).differs(b.dim(axis)));
    }

    /** A shape without the ones at its end: {@code [N]} for {@code [N, 1]}. */
    static Shape withoutTrailingOnes(Shape shape) {
        int rank = shape.rank();
        while (rank > 0 && shape.dim(rank - 1).is(1)) {
            rank--;
        }
        return new Shape(shape.dims().subList(0, rank));
    }

    /** The shape of two float operands that must have the same; symbolic sizes are compared when a session is opened. */
    static Shape requireSame(String op, List<TensorType> data) {
        Shape a = requireFloat(op, 0, data.get(0));
        Shape b = requireFloat(op, 1, data.get(1));
        if (differ(a, b)) {
            throw different(op, data);
        }
        return a;
    }

    static ShapeError different(String op, List<TensorType> data) {
        return new ShapeError(
                        Code.SHAPE,
                        op + " needs two values of one shape, not "
                                + data.get(0).shape() + " and " + data.get(1).shape())
                .remark(0, List.of(), data.get(0).shape() + " comes from here")
                .remark(1, List.of(), data.get(1).shape() + " comes from here")
                .fix("make both " + data.get(1).shape());
    }
}
