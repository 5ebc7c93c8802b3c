package dev.striate.core.kernel;

import dev.striate.core.Sizes;

/**
 * A tensor seen as {@code [outer, count, inner]}: {@code outer * inner} lines of {@code count} elements each, {@code inner}
 * apart. What is computed along the middle axis is computed on one line at a time.
 *
 * @param outer how often the middle axis is repeated
 * @param count the elements of a line
 * @param inner the distance of two elements of a line
 */
public record Lines(int outer, int count, int inner) {
    /** Along the channels at each place of {@code [N, C, …]}. */
    public static Lines alongChannels(Sizes x) {
        return new Lines(x.dim(0), x.dim(1), x.elementsFrom(2));
    }

    /** Along whole groups of channels with all their places. */
    public static Lines ofGroups(Sizes x, int groups) {
        return new Lines(x.dim(0) * groups, x.elementsFrom(1) / groups, 1);
    }

    /** The number of lines. */
    public int size() {
        return outer * inner;
    }

    /** The row-major index of the first element of a line. */
    public int first(int line) {
        return line / inner * count * inner + line % inner;
    }

    /** The row-major index of an element of a line. */
    public int at(int line, int i) {
        return first(line) + i * inner;
    }
}
