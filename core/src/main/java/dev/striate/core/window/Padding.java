package dev.striate.core.window;

/** Rows and columns added around a feature map before a window slides over it. */
public sealed interface Padding {
    /** No padding. */
    Padding NONE = new Explicit(0, 0, 0, 0);

    /** As much as makes the output {@code ceil(n / stride)}; an odd row or column goes to the bottom and right. */
    Padding SAME = new Same();

    /** A given number of rows and columns on each side. */
    record Explicit(int top, int bottom, int left, int right) implements Padding {
        @Override
        public String toString() {
            return top == bottom && left == right
                    ? (top == left ? "" + top : top + "x" + left)
                    : "[" + top + ", " + bottom + ", " + left + ", " + right + "]";
        }
    }

    /** See {@link #SAME}. */
    record Same() implements Padding {
        @Override
        public String toString() {
            return "same";
        }
    }

    /** The same padding on all four sides. */
    static Padding of(int all) {
        return new Explicit(all, all, all, all);
    }

    /** Rows above and below, columns left and right. */
    static Padding of(int rows, int columns) {
        return new Explicit(rows, rows, columns, columns);
    }
}
