package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * Repeats elements to a shape that the operand meets from the left: {@code [N, C, 1, 1]} gives {@code [N, C, H, W]}.
 *
 * @param shape the shape of the result
 * @param mean whether each element is divided by how often it is repeated
 */
public record Expand(Sizes shape, boolean mean) implements Kernel {
    /** To a shape. */
    public static Expand expand(int... shape) {
        return new Expand(Sizes.of(shape), false);
    }

    /** With each element divided by how often it is repeated: the gradient of a mean. */
    public Expand shared() {
        return new Expand(shape, true);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        Check.shape(this, Broadcast.join("expand", List.of(inputs.get(0), shape)), shape);
        return shape;
    }
}
