package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import java.util.List;

/**
 * Sets each element to zero with probability {@code p} and divides the others by {@code 1 - p} (Srivastava et al. 2014,
 * the inverted form). Which ones is a pure function of the session's seed, the training step and {@code layer}, so the
 * gradient is the same kernel applied to the result's gradient.
 *
 * @param p the probability of dropping, at least 0 and below 1
 * @param layer the path of the layer
 */
public record Dropout(double p, String layer) implements Kernel {
    /** Drops with probability {@code p}. */
    public static Dropout dropout(double p, String layer) {
        return new Dropout(p, layer);
    }

    /** The factor of element {@code index} at a training step: 0 or {@code 1 / (1 - p)}. */
    public float factor(long stream, long seed, long step, int index) {
        return Philox.uniform(seed, stream, (step << 32) + index) < p ? 0 : (float) (1 / (1 - p));
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
}
