package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** RMSprop, as {@link Optimizer.RmsProp} defines it. */
final class RmsProp extends Updates {
    private final float alpha;
    private final float eps;
    private final float momentum;
    private final float decay;
    /** The running mean of squared gradients. */
    private final MemorySegment squares;
    /** The velocity; empty without momentum. */
    private final MemorySegment velocity;

    RmsProp(Optimizer.RmsProp settings, List<Range> ranges, Arena arena) {
        super(ranges);
        this.alpha = (float) settings.alpha();
        this.eps = (float) settings.eps();
        this.momentum = (float) settings.momentum();
        this.decay = (float) settings.decay();
        this.squares = state(ranges, arena);
        this.velocity = momentum == 0 ? MemorySegment.NULL : state(ranges, arena);
    }

    @Override
    void update(MemorySegment weights, MemorySegment gradients, Range range, long state, float rate) {
        float penalty = decay * range.decay();
        for (long i = 0; i < range.length(); i++) {
            long at = range.offset() + i;
            float w = weights.getAtIndex(FLOAT, at);
            float g = gradients.getAtIndex(FLOAT, at) + penalty * w;
            float s = alpha * squares.getAtIndex(FLOAT, state + i) + (1 - alpha) * g * g;
            squares.setAtIndex(FLOAT, state + i, s);
            float v = g / ((float) Math.sqrt(s) + eps);
            if (momentum != 0) {
                v += momentum * velocity.getAtIndex(FLOAT, state + i);
                velocity.setAtIndex(FLOAT, state + i, v);
            }
            weights.setAtIndex(FLOAT, at, w - rate * v);
        }
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("squares", squares, "velocity", velocity);
    }
}
