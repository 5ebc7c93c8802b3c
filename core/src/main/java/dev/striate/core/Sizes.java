package dev.striate.core;

import java.util.Arrays;
import java.util.List;

/**
 * The concrete shape of a tensor, outermost dimension first, such as {@code [N, C, H, W]}. A rank of zero is a scalar.
 *
 * <p>Symbolic shapes live in the compiler; at bind time every dimension is a number, and this is it.
 */
public final class Sizes {
    /** The shape of a single number. */
    public static final Sizes SCALAR = new Sizes();

    private final int[] dims;

    private Sizes(int... dims) {
        this.dims = dims;
    }

    /**
     * A shape of the given dimensions.
     *
     * @throws IllegalArgumentException when a dimension is negative or the number of elements exceeds an int
     */
    public static Sizes of(int... dims) {
        long elements = 1;
        for (int d : dims) {
            if (d < 0) {
                throw new IllegalArgumentException("a dimension cannot be negative: " + Arrays.toString(dims));
            }
            elements = Math.multiplyExact(elements, (long) d);
            if (elements > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "a tensor of shape " + Arrays.toString(dims) + " has more than 2^31 - 1 elements");
            }
        }
        return new Sizes(dims.clone());
    }

    /** The number of dimensions. */
    public int rank() {
        return dims.length;
    }

    /** The size of one dimension, counted from the outermost. */
    public int dim(int axis) {
        return dims[axis];
    }

    /** The number of elements: the product of the dimensions, 1 for a scalar. */
    public int elements() {
        int n = 1;
        for (int d : dims) {
            n *= d;
        }
        return n;
    }

    /** The product of the dimensions from {@code axis} on, 1 when there is none. */
    public int elementsFrom(int axis) {
        int n = 1;
        for (int i = axis; i < dims.length; i++) {
            n *= dims[i];
        }
        return n;
    }

    /** A copy of the dimensions. */
    public int[] toArray() {
        return dims.clone();
    }

    /** The dimensions as a list. */
    public List<Integer> toList() {
        return Arrays.stream(dims).boxed().toList();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Sizes s && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
