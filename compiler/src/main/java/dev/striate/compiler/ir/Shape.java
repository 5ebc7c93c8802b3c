package dev.striate.compiler.ir;

import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A symbolic shape, outermost dimension first, such as {@code [N, 6, 28, 28]}; without dimensions a scalar.
 *
 * @param dims the dimensions
 */
public record Shape(List<Dim> dims) {
    /** The shape of a single number. */
    public static final Shape SCALAR = new Shape(List.of());

    /** Copies the list. */
    public Shape {
        dims = List.copyOf(dims);
    }

    /** A shape of the given dimensions. */
    public static Shape of(Dim... dims) {
        return new Shape(Arrays.asList(dims));
    }

    /** A shape of numbers. */
    public static Shape of(long... dims) {
        return new Shape(Arrays.stream(dims).mapToObj(Dim::of).toList());
    }

    /** The number of dimensions. */
    public int rank() {
        return dims.size();
    }

    /** One dimension, counted from the outermost. */
    public Dim dim(int axis) {
        return dims.get(axis);
    }

    /** The product of the dimensions from {@code axis} on; 1 when there is none. */
    public Dim elementsFrom(int axis) {
        return dims.stream().skip(axis).reduce(Dim.of(1), Dim::times);
    }

    /** The number of elements. */
    public Dim elements() {
        return elementsFrom(0);
    }

    /** The same where some symbols have sizes. */
    public Shape with(Map<String, Long> sizes) {
        return new Shape(dims.stream().map(d -> d.at(sizes)).toList());
    }

    /**
     * The shape for given sizes.
     *
     * @throws IllegalArgumentException when a symbol has no size, or a dimension is no whole number or too large
     */
    public Sizes at(Map<String, Long> sizes) {
        int[] numbers = new int[rank()];
        for (int i = 0; i < numbers.length; i++) {
            Dim value = Dim.of(dim(i).eval(sizes));
            if (value.asLong().filter(v -> v >= 0 && v == v.intValue()).isEmpty()) {
                throw new IllegalArgumentException(this + " has no size " + value + " on axis " + i);
            }
            numbers[i] = value.toInt();
        }
        return Sizes.of(numbers);
    }

    @Override
    public String toString() {
        return dims.toString();
    }
}
