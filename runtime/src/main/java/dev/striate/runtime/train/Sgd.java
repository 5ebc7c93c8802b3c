package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
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

    Sgd(Optimizer.Sgd settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges);
        this.momentum = (float) settings.momentum();
        this.decay = (float) settings.decay();
        this.nesterov = settings.nesterov();
        this.velocity = momentum == 0 ? MemorySegment.NULL : state(ranges, arena);
    }

    @Override
    void update(MemorySegment weights, MemorySegment gradients, Range range, long state, float rate) {
        UpdateLoops.Run run = run(weights, gradients, range, state, decay * range.decay(), rate);
        if (momentum == 0) {
            loops.descend(run);
        } else {
            loops.momentum(run, velocity, momentum, nesterov);
        }
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("velocity", velocity);
    }
}
