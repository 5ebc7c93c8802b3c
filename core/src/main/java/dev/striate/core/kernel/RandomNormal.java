package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import java.util.List;

/**
 * Independent numbers of a normal distribution, without operands: other ones at every training step, as a pure function of
 * the session's seed, the step and {@code layer}.
 *
 * @param mean the mean
 * @param deviation the standard deviation, at least 0
 * @param layer the path of the layer
 * @param shape the shape of the result
 */
public record RandomNormal(double mean, double deviation, String layer, Sizes shape) implements Kernel {
    /** Of a mean and a standard deviation. */
    public static RandomNormal randomNormal(double mean, double deviation, String layer, int... shape) {
        return new RandomNormal(mean, deviation, layer, Sizes.of(shape));
    }

    /** Element {@code index} at a training step. */
    public double value(long stream, long seed, long step, int index) {
        return mean + deviation * Philox.normal(seed, stream, (step << 32) + index);
    }

    /** The stream of random numbers that belongs to the layer. */
    public long stream() {
        return Philox.stream(layer);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 0);
        return shape;
    }

    @Override
    public boolean isRandom() {
        return true;
    }
}
