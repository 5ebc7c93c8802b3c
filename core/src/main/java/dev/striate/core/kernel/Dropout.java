package dev.striate.core.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.rng.Philox;
import java.util.List;

/**
 * Sets elements to zero with probability {@code p} and divides the others by {@code 1 - p} (Srivastava et al. 2014, the
 * inverted form). Which ones is a pure function of the session's seed, the training step and {@code layer}, so the
 * gradient is the same kernel applied to the result's gradient.
 *
 * @param p the probability of dropping, at least 0 and below 1
 * @param layer the path of the layer
 * @param unit what is dropped together
 */
public record Dropout(double p, String layer, Unit unit) implements Kernel {
    /** What is dropped together. */
    public enum Unit {
        /** Each element by itself. */
        ELEMENT,
        /** A channel of a sample (Tompson et al. 2015). */
        CHANNEL,
        /** A whole sample: stochastic depth (Huang et al. 2016). */
        SAMPLE;

        /** Its elements in a tensor {@code [N, C, …]}. */
        public int size(Sizes x) {
            return switch (this) {
                case ELEMENT -> 1;
                case CHANNEL -> x.elementsFrom(2);
                case SAMPLE -> x.elementsFrom(1);
            };
        }
    }

    /** Drops elements with probability {@code p}. */
    public static Dropout dropout(double p, String layer) {
        return new Dropout(p, layer, Unit.ELEMENT);
    }

    /** Drops channels with probability {@code p}. */
    public static Dropout spatialDropout(double p, String layer) {
        return new Dropout(p, layer, Unit.CHANNEL);
    }

    /** Drops samples with probability {@code p}. */
    public static Dropout stochasticDepth(double p, String layer) {
        return new Dropout(p, layer, Unit.SAMPLE);
    }

    /** The factor of unit {@code index} at a training step: 0 or {@code 1 / (1 - p)}. */
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
        Check.rankAtLeast(this, inputs.get(0), unit == Unit.CHANNEL ? 2 : 1);
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
