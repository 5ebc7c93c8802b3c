package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stochastic gradient descent over all parameters at once, as {@link Optimizer.Sgd} defines it, in float32. Each element
 * depends on itself alone, so that the result has the same bits however the gradients were computed.
 */
final class Sgd {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final float momentum;
    private final float decay;
    private final boolean nesterov;
    private final long count;
    /** The velocity v of every parameter; empty without momentum. */
    private final MemorySegment velocity;

    /**
     * An optimizer at rest.
     *
     * @param count the number of parameters
     * @param arena owns the velocities
     */
    Sgd(Optimizer.Sgd settings, long count, Arena arena) {
        this.momentum = (float) settings.momentum();
        this.decay = (float) settings.decay();
        this.nesterov = settings.nesterov();
        this.count = count;
        this.velocity = momentum == 0 ? MemorySegment.NULL : arena.allocate(FLOAT, count);
    }

    /**
     * One step.
     *
     * @param weights float32, changed in place
     * @param gradients float32, in the same order
     * @param lr the learning rate of this step, after the schedule
     */
    void update(MemorySegment weights, MemorySegment gradients, double lr) {
        float rate = (float) lr;
        if (momentum == 0) {
            plain(weights, gradients, rate);
        } else {
            withMomentum(weights, gradients, rate);
        }
    }

    private void plain(MemorySegment weights, MemorySegment gradients, float rate) {
        for (long i = 0; i < count; i++) {
            float w = weights.getAtIndex(FLOAT, i);
            weights.setAtIndex(FLOAT, i, w - rate * (gradients.getAtIndex(FLOAT, i) + decay * w));
        }
    }

    private void withMomentum(MemorySegment weights, MemorySegment gradients, float rate) {
        for (long i = 0; i < count; i++) {
            float w = weights.getAtIndex(FLOAT, i);
            float g = gradients.getAtIndex(FLOAT, i) + decay * w;
            float v = momentum * velocity.getAtIndex(FLOAT, i) + g;
            velocity.setAtIndex(FLOAT, i, v);
            weights.setAtIndex(FLOAT, i, w - rate * (nesterov ? g + momentum * v : v));
        }
    }
}
