package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import dev.striate.core.kernel.Reduce.Axes;
import java.util.ArrayList;
import java.util.List;

/** C expressions of where elements lie. */
final class Places {
    private Places() {}

    /** Where the operand of a broadcast has the element that the one of row-major index {@code i} of {@code whole} reads. */
    static String broadcast(String i, Sizes operand, Sizes whole) {
        return operand.equals(whole) ? i : place(i, whole.toArray(), Broadcast.strides(operand, whole));
    }

    /** Where the element of row-major index {@code i} of a box lies in a larger tensor, counted from the box's first. */
    static String box(String i, Sizes box, Sizes large) {
        return place(i, box.toArray(), Broadcast.strides(large, large));
    }

    /** Where combination {@code i} of places on some axes lies. */
    static String axes(String i, Axes axes) {
        return place(
                i,
                axes.sizes().toArray(),
                axes.strides().stream().mapToInt(s -> s).toArray());
    }

    /** The index of the first element of a box. */
    static int first(int[] start, Sizes large) {
        int first = 0;
        for (int axis = 0; axis < start.length; axis++) {
            first += start[axis] * large.elementsFrom(axis + 1);
        }
        return first;
    }

    /** A coordinate of the element of row-major index {@code i}. */
    static String coordinate(String i, int[] dims, int axis) {
        int inner = 1;
        for (int a = axis + 1; a < dims.length; a++) {
            inner *= dims[a];
        }
        String shifted = inner == 1 ? i : i + " / " + inner;
        return axis == 0 ? shifted : shifted + " % " + dims[axis];
    }

    private static String place(String i, int[] dims, int[] strides) {
        List<String> terms = new ArrayList<>();
        for (int axis = 0; axis < dims.length; axis++) {
            if (strides[axis] != 0 && dims[axis] > 1) {
                terms.add(coordinate(i, dims, axis) + (strides[axis] == 1 ? "" : " * " + strides[axis]));
            }
        }
        return terms.isEmpty() ? "0" : String.join(" + ", terms);
    }
}
