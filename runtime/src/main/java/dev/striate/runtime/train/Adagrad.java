package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Adagrad, as {@link Optimizer.Adagrad} defines it. */
final class Adagrad extends Updates {
    private final float eps;
    private final float decay;
    /** The sum of squared gradients. */
    private final MemorySegment squares;

    Adagrad(Optimizer.Adagrad settings, List<Range> ranges, Arena arena) {
        super(ranges);
        this.eps = (float) settings.eps();
        this.decay = (float) settings.decay();
        this.squares = state(ranges, arena);
    }

    @Override
    void update(MemorySegment weights, MemorySegment gradients, Range range, long state, float rate) {
        float penalty = decay * range.decay();
        for (long i = 0; i < range.length(); i++) {
            long at = range.offset() + i;
            float w = weights.getAtIndex(FLOAT, at);
            float g = gradients.getAtIndex(FLOAT, at) + penalty * w;
            float s = squares.getAtIndex(FLOAT, state + i) + g * g;
            squares.setAtIndex(FLOAT, state + i, s);
            weights.setAtIndex(FLOAT, at, w - rate * g / ((float) Math.sqrt(s) + eps));
        }
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("squares", squares);
    }
}
