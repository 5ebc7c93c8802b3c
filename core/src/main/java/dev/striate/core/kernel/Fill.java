package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import java.util.List;

/**
 * A tensor of one value, without operands.
 *
 * @param value every element
 * @param shape the shape of the result
 * @param isSeed whether gradients begin with it: all of them are proportional to it, and a backend whose gradients have few bits may take
 *     a multiple, if it divides those of parameters by as much
 */
public record Fill(double value, Sizes shape, boolean isSeed) implements Kernel {
    /** Every element {@code value}; a scalar without dimensions. */
    public static Fill fill(double value, int... shape) {
        return new Fill(value, Sizes.of(shape), false);
    }

    /** The same, with which gradients begin. */
    public static Fill seed(double value, int... shape) {
        return new Fill(value, Sizes.of(shape), true);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 0);
        return shape;
    }
}
