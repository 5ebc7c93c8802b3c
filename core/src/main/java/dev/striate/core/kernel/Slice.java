package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;

/**
 * The elements from one place of an axis up to another, and so on for the axes that follow.
 *
 * @param axis the first axis
 * @param bounds for that axis and those behind it the first place, from 0, and the place behind the last
 */
public record Slice(int axis, List<Integer> bounds) implements Kernel {
    /** Along one axis, or along several: {@code slice(2, top, bottom, left, right)}. */
    public static Slice slice(int axis, int... bounds) {
        return new Slice(axis, Arrays.stream(bounds).boxed().toList());
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), axis + bounds.size() / 2);
        int[] shape = inputs.get(0).toArray();
        for (int i = 0; i < bounds.size(); i += 2) {
            int from = bounds.get(i);
            int to = bounds.get(i + 1);
            int size = shape[axis + i / 2];
            if (from < 0 || to <= from || to > size) {
                throw new IllegalArgumentException(
                        "a slice from " + from + " to " + to + " is not within 0 to " + size + " of " + inputs.get(0));
            }
            shape[axis + i / 2] = to - from;
        }
        return Sizes.of(shape);
    }

    /** The first place on every axis of an operand. */
    public int[] start(Sizes x) {
        int[] start = new int[x.rank()];
        for (int i = 0; i < bounds.size(); i += 2) {
            start[axis + i / 2] = bounds.get(i);
        }
        return start;
    }
}
