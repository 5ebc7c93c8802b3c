package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * A tensor of one value, without operands.
 *
 * @param value every element
 * @param shape the shape of the result
 */
public record Fill(double value, Sizes shape) implements Kernel {
    /** Every element {@code value}; a scalar without dimensions. */
    public static Fill fill(double value, int... shape) {
        return new Fill(value, Sizes.of(shape));
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 0);
        return shape;
    }
}
