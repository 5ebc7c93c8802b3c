package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import java.util.ArrayList;
import java.util.List;

/** C expressions of where elements lie. */
final class Places {
    private Places() {}

    /** Where the operand of a broadcast has the element that is read for the one at place {@code i} of {@code whole}. */
    static String broadcast(String i, Form operand, Form whole) {
        if (operand.shape().equals(whole.shape()) && operand.channelsLast() == whole.channelsLast()) {
            return i;
        }
        List<String> terms = new ArrayList<>();
        for (int axis = 0; axis < operand.shape().rank(); axis++) {
            if (operand.dim(axis) > 1) {
                terms.add(times(whole.coordinate(i, axis), operand.stride(axis)));
            }
        }
        return sum(terms);
    }

    /** Where the element at place {@code i} of a box lies in a larger value, counted from the box's first. */
    static String box(String i, Form box, Form large) {
        List<String> terms = new ArrayList<>();
        for (int axis = 0; axis < box.shape().rank(); axis++) {
            if (box.dim(axis) > 1) {
                terms.add(times(box.coordinate(i, axis), large.stride(axis)));
            }
        }
        return sum(terms);
    }

    /** Where the first element of a box lies. */
    static int first(int[] start, Form large) {
        int first = 0;
        for (int axis = 0; axis < start.length; axis++) {
            first += start[axis] * large.stride(axis);
        }
        return first;
    }

    /**
     * Where combination {@code i} of places on some axes of a value lies.
     *
     * @param order counts the combinations: axis by axis the sizes of those axes
     */
    static String axes(String i, Form order, List<Integer> axes, Form value) {
        List<String> terms = new ArrayList<>();
        for (int axis = 0; axis < axes.size(); axis++) {
            if (order.dim(axis) > 1) {
                terms.add(times(order.coordinate(i, axis), value.stride(axes.get(axis))));
            }
        }
        return sum(terms);
    }

    /** The row-major index of the element at place {@code i}. */
    static String number(String i, Form value) {
        return value.channelsLast() ? box(i, value, Form.rows(value.shape())) : i;
    }

    /** The channel of the element at place {@code i} of {@code [N, C, …]}, as a function of C. */
    static String channelOf(Form value) {
        return function("channel_of", value.coordinate("i", 1));
    }

    /** A function of C from int to int. */
    static String function(String name, String value) {
        return "__device__ inline int " + name + "(int i) {\n    return " + value + ";\n}";
    }

    private static String times(String place, int stride) {
        return stride == 1 ? place : place + " * " + stride;
    }

    private static String sum(List<String> terms) {
        return terms.isEmpty() ? "0" : String.join(" + ", terms);
    }

    /** The sizes of some axes. */
    static Sizes sizes(List<Integer> axes, Sizes x) {
        return Sizes.of(axes.stream().mapToInt(x::dim).toArray());
    }
}
