package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Joins tensors along an axis, one after the other; all other axes are equal.
 *
 * @param axis the axis
 */
public record Concat(int axis) implements Kernel {
    /** Along an axis. */
    public static Concat concat(int axis) {
        return new Concat(axis);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        int[] joined = inputs.get(0).toArray();
        Check.rankAtLeast(this, inputs.get(0), axis + 1);
        joined[axis] =
                Math.toIntExact(inputs.stream().mapToLong(s -> s.dim(axis)).sum());
        for (Sizes s : inputs) {
            int[] expected = joined.clone();
            expected[axis] = s.dim(axis);
            Check.shape(this, s, Sizes.of(expected));
        }
        return Sizes.of(joined);
    }
}
