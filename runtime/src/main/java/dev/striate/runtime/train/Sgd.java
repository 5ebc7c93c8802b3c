package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Stochastic gradient descent, as {@link Optimizer.Sgd} defines it. */
final class Sgd extends Updates {
    /** The velocity v of every parameter; empty without momentum. */
    private final MemorySegment velocity;

    private final UpdateLoops.Loop loop;

    Sgd(Optimizer.Sgd settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges, (float) settings.decay());
        float momentum = (float) settings.momentum();
        velocity = momentum == 0 ? MemorySegment.NULL : state(loops, ranges, arena);
        loop = momentum == 0 ? loops.descend() : loops.momentum(velocity, momentum, settings.nesterov());
    }

    @Override
    UpdateLoops.Loop loop() {
        return loop;
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("velocity", velocity);
    }
}
