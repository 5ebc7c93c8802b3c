package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import java.util.List;

/**
 * Adds normal noise. It is a pure function of the session's seed, the training step and {@code layer}.
 *
 * @param sigma the standard deviation
 * @param layer the path of the layer
 */
public record GaussianNoise(double sigma, String layer) implements Kernel {
    /** Of a standard deviation. */
    public static GaussianNoise gaussianNoise(double sigma, String layer) {
        return new GaussianNoise(sigma, layer);
    }

    /** The noise of element {@code index} at a training step. */
    public float noise(long stream, long seed, long step, int index) {
        return (float) (sigma * Philox.normal(seed, stream, (step << 32) + index));
    }

    /** The stream of random numbers that belongs to the layer. */
    public long stream() {
        return Philox.stream(layer);
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        Check.count(this, inputs, 1);
        return inputs.get(0);
    }

    @Override
    public boolean isRandom() {
        return true;
    }

    @Override
    public boolean isElementwise() {
        return true;
    }
}
