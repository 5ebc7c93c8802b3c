package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.Arrays;
import java.util.List;

/**
 * Puts elements of one value before and behind those of an axis, and so on for the axes that follow.
 *
 * @param value the value
 * @param axis the first axis
 * @param amounts for that axis and those behind it how many elements before and behind
 */
public record Pad(double value, int axis, List<Integer> amounts) implements Kernel {
    /** Along one axis, or along several: {@code pad(0, 2, top, bottom, left, right)}. */
    public static Pad pad(double value, int axis, int... amounts) {
        return new Pad(value, axis, Arrays.stream(amounts).boxed().toList());
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.rankAtLeast(this, inputs.get(0), axis + amounts.size() / 2);
        int[] shape = inputs.get(0).toArray();
        for (int i = 0; i < amounts.size(); i++) {
            if (amounts.get(i) < 0) {
                throw new IllegalArgumentException("cannot pad by " + amounts.get(i));
            }
            shape[axis + i / 2] = Math.addExact(shape[axis + i / 2], amounts.get(i));
        }
        return Sizes.of(shape);
    }

    /** Where the operand begins on every axis of the result. */
    public int[] start(Sizes x) {
        int[] start = new int[x.rank()];
        for (int i = 0; i < amounts.size(); i += 2) {
            start[axis + i / 2] = amounts.get(i);
        }
        return start;
    }
}
