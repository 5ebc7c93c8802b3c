package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How shapes meet, aligned from the left: {@code [N, C]} meets {@code [N, C, H, W]}, a scalar meets everything. */
public final class Broadcast {
    private Broadcast() {}

    /**
     * The shape in which operands meet.
     *
     * @param name what joins them, for the message
     * @throws IllegalArgumentException when two differ on an axis and neither is 1 there
     */
    static Sizes join(String name, List<Sizes> operands) {
        int[] dims = new int[operands.stream().mapToInt(Sizes::rank).max().orElse(0)];
        Arrays.fill(dims, 1);
        for (Sizes s : operands) {
            for (int axis = 0; axis < s.rank(); axis++) {
                if (s.dim(axis) != dims[axis] && s.dim(axis) != 1 && dims[axis] != 1) {
                    throw new IllegalArgumentException(name + " cannot join "
                            + operands.stream().map(Sizes::toString).collect(Collectors.joining(" and ")));
                }
                dims[axis] = s.dim(axis) == 1 ? dims[axis] : s.dim(axis);
            }
        }
        return Sizes.of(dims);
    }

    /** For each axis of {@code whole}, how far apart two neighbours are in an operand that meets it; 0 where it repeats. */
    public static int[] strides(Sizes operand, Sizes whole) {
        int[] strides = new int[whole.rank()];
        for (int axis = 0; axis < operand.rank(); axis++) {
            strides[axis] = operand.dim(axis) == 1 ? 0 : operand.elementsFrom(axis + 1);
        }
        return strides;
    }

    /**
     * Where the element of a row-major index lies.
     *
     * @param index its number among all elements of {@code dims}
     * @param dims the sizes of the axes
     * @param strides how far apart neighbours are on each of them
     */
    public static int place(int index, int[] dims, int[] strides) {
        int place = 0;
        int rest = index;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            place += rest % dims[axis] * strides[axis];
            rest /= dims[axis];
        }
        return place;
    }
}
