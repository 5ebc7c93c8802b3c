package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** RMSprop, as {@link Optimizer.RmsProp} defines it. */
final class RmsProp extends Updates {
    /** The running mean of squared gradients. */
    private final MemorySegment squares;
    /** The velocity; empty without momentum. */
    private final MemorySegment velocity;

    private final UpdateLoops.Loop loop;

    RmsProp(Optimizer.RmsProp settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges, (float) settings.decay());
        float alpha = (float) settings.alpha();
        float momentum = (float) settings.momentum();
        squares = state(loops, ranges, arena);
        velocity = momentum == 0 ? MemorySegment.NULL : state(loops, ranges, arena);
        loop = loops.scaled(squares, velocity, alpha, 1 - alpha, (float) settings.eps(), momentum);
    }

    @Override
    UpdateLoops.Loop loop() {
        return loop;
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("squares", squares, "velocity", velocity);
    }
}
