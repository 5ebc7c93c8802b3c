package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * The same elements in the same (row-major) order under another shape.
 *
 * @param shape the new shape
 */
public record Reshape(Sizes shape) implements Kernel {
    /** To the given shape. */
    public static Reshape reshape(int... shape) {
        return new Reshape(Sizes.of(shape));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        if (inputs.get(0).elements() != shape.elements()) {
            throw new IllegalArgumentException("cannot reshape " + inputs.get(0) + " to " + shape);
        }
        return shape;
    }

    @Override
    public boolean isView() {
        return true;
    }
}
