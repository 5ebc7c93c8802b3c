package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
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

    RmsProp(Optimizer.RmsProp settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges);
        this.alpha = (float) settings.alpha();
        this.eps = (float) settings.eps();
        this.momentum = (float) settings.momentum();
        this.decay = (float) settings.decay();
        this.squares = state(ranges, arena);
        this.velocity = momentum == 0 ? MemorySegment.NULL : state(ranges, arena);
    }

    @Override
    void update(MemorySegment weights, MemorySegment gradients, Range range, long state, float rate) {
        UpdateLoops.Run run = run(weights, gradients, range, state, decay * range.decay(), rate);
        loops.scaled(run, squares, velocity, alpha, 1 - alpha, eps, momentum);
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("squares", squares, "velocity", velocity);
    }
}
