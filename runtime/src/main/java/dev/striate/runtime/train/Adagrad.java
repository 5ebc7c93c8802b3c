package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
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

    Adagrad(Optimizer.Adagrad settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges);
        this.eps = (float) settings.eps();
        this.decay = (float) settings.decay();
        this.squares = state(ranges, arena);
    }

    @Override
    void update(MemorySegment weights, MemorySegment gradients, Range range, long state, float rate) {
        UpdateLoops.Run run = run(weights, gradients, range, state, decay * range.decay(), rate);
        loops.scaled(run, squares, MemorySegment.NULL, 1, 1, eps, 0);
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("squares", squares);
    }
}
