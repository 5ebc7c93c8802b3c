package dev.striate.compiler.eval;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import java.util.function.IntToDoubleFunction;

/** A tensor of float64 numbers in row-major order. Class indices are whole numbers. */
public final class Nd {
    private final Sizes shape;
    private final double[] data;

    /** A tensor of zeros. */
    public Nd(Sizes shape) {
        this.shape = shape;
        this.data = new double[shape.elements()];
    }

    /** A tensor whose elements are a function of their row-major index. */
    public static Nd of(Sizes shape, IntToDoubleFunction element) {
        Nd nd = new Nd(shape);
        for (int i = 0; i < nd.data.length; i++) {
            nd.data[i] = element.applyAsDouble(i);
        }
        return nd;
    }

    /** A single number. */
    public static Nd scalar(double value) {
        return of(Sizes.SCALAR, i -> value);
    }

    /** The shape. */
    public Sizes shape() {
        return shape;
    }

    /** The size of one dimension. */
    public int dim(int axis) {
        return shape.dim(axis);
    }

    /** The number of elements. */
    public int size() {
        return data.length;
    }

    /** The element at a row-major index. */
    public double get(int index) {
        return data[index];
    }

    /** Changes the element at a row-major index. */
    public void set(int index, double value) {
        data[index] = value;
    }

    /** Adds to the element at a row-major index. */
    public void add(int index, double value) {
        data[index] += value;
    }

    /** The row-major index of an element of a tensor {@code [N, C, H, W]}. */
    public int at(int n, int c, int h, int w) {
        return ((n * dim(1) + c) * dim(2) + h) * dim(3) + w;
    }

    /** The same elements under another shape. */
    public Nd reshaped(Sizes other) {
        return of(other, this::get);
    }

    /** The elements repeated to a shape that this one meets from the left, along axes of size 1 or missing at the end. */
    public Nd repeated(Sizes whole) {
        if (shape.equals(whole)) {
            return this;
        }
        int[] strides = Broadcast.strides(shape, whole);
        int[] dims = whole.toArray();
        return of(whole, i -> get(Broadcast.place(i, dims, strides)));
    }

    /** What is done with an element of a box and its place in the whole, both row-major indices. */
    @FunctionalInterface
    public interface Pair {
        /** Does it for one element. */
        void at(int inBox, int inWhole);
    }

    /** Calls {@code body} for every element of this box with its place in {@code whole}, in which it begins at start. */
    public void forEachIn(Nd whole, int[] start, Pair body) {
        int[] dims = shape.toArray();
        int[] strides = new int[dims.length];
        int first = 0;
        for (int axis = 0; axis < dims.length; axis++) {
            strides[axis] = whole.shape.elementsFrom(axis + 1);
            first += start[axis] * strides[axis];
        }
        for (int i = 0; i < size(); i++) {
            body.at(i, first + Broadcast.place(i, dims, strides));
        }
    }

    /** A copy. */
    public Nd copy() {
        return reshaped(shape);
    }
}
