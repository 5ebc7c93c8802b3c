package dev.striate.compiler.op;

import dev.striate.compiler.ir.Dim;
import java.util.List;

/**
 * Means over boxes of a feature map in ONNX: the mean of a box is that of its rows' means, so the boxes of rows and of
 * columns are a matrix each. Sizes may be symbolic. Places are int64 tensors {@code [k, 1]}, one for each of k boxes.
 */
final class OnnxBoxes {
    private OnnxBoxes() {}

    /** The means of {@code [N, C, H, W]} for a matrix {@code [OH, H]} of rows and {@code [OW, W]} of columns. */
    static String means(OnnxBuilder o, String x, String rows, String columns) {
        String turned = o.add(OnnxOp.of("Transpose").withAll("perm", 1, 0), columns);
        return o.add("MatMul", o.add("MatMul", rows, x), turned);
    }

    /** The numbers of {@code k} boxes, from 0. */
    static String numbers(OnnxBuilder o, Dim k) {
        return o.add("Unsqueeze", upTo(o, k), o.integers(1));
    }

    /**
     * The matrix {@code [k, n]} of how much each of {@code n} elements counts for each of k boxes.
     *
     * @param from the first element of each box
     * @param to the element behind its last
     * @param divisor what each of its elements is divided by
     */
    static String matrix(OnnxBuilder o, Dim n, String from, String to, String divisor) {
        String place = upTo(o, n);
        String inside = o.add("And", o.add("GreaterOrEqual", place, from), o.add("Less", place, to));
        return o.add("Div", Onnx.toFloat(o, inside), Onnx.toFloat(o, divisor));
    }

    private static String upTo(OnnxBuilder o, Dim n) {
        return o.add("Range", scalar(o, Dim.of(0)), scalar(o, n), scalar(o, Dim.of(1)));
    }

    private static String scalar(OnnxBuilder o, Dim n) {
        return o.add("Squeeze", o.sizes(List.of(n)));
    }
}
