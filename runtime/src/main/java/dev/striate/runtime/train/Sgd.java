package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Stochastic gradient descent, as {@link Optimizer.Sgd} defines it. */
final class Sgd extends Updates {
    private final float momentum;
    private final float decay;
    private final boolean nesterov;
    /** The velocity v of every parameter; empty without momentum. */
    private final MemorySegment velocity;

    Sgd(Optimizer.Sgd settings, List<Range> ranges, Arena arena) {
        super(ranges);
        this.momentum = (float) settings.momentum();
        this.decay = (float) settings.decay();
        this.nesterov = settings.nesterov();
        this.velocity = momentum == 0 ? MemorySegment.NULL : state(ranges, arena);
    }

    @Override
    void update(MemorySegment weights, MemorySegment gradients, Range range, long state, float rate) {
        float penalty = decay * range.decay();
        if (momentum == 0) {
            plain(weights, gradients, range, penalty, rate);
            return;
        }
        for (long i = 0; i < range.length(); i++) {
            long at = range.offset() + i;
            float w = weights.getAtIndex(FLOAT, at);
            float g = gradients.getAtIndex(FLOAT, at) + penalty * w;
            float v = momentum * velocity.getAtIndex(FLOAT, state + i) + g;
            velocity.setAtIndex(FLOAT, state + i, v);
            weights.setAtIndex(FLOAT, at, w - rate * (nesterov ? g + momentum * v : v));
        }
    }

    private static void plain(MemorySegment weights, MemorySegment gradients, Range range, float penalty, float rate) {
        for (long at = range.offset(); at < range.offset() + range.length(); at++) {
            float w = weights.getAtIndex(FLOAT, at);
            weights.setAtIndex(FLOAT, at, w - rate * (gradients.getAtIndex(FLOAT, at) + penalty * w));
        }
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("velocity", velocity);
    }
}
