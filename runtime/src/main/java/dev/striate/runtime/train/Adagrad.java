package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Adagrad, as {@link Optimizer.Adagrad} defines it. */
final class Adagrad extends Updates {
    /** The sum of squared gradients. */
    private final MemorySegment squares;

    private final UpdateLoops.Loop loop;

    Adagrad(Optimizer.Adagrad settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges, (float) settings.decay());
        squares = state(loops, ranges, arena);
        loop = loops.scaled(squares, MemorySegment.NULL, 1, 1, (float) settings.eps(), 0);
    }

    @Override
    UpdateLoops.Loop loop() {
        return loop;
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("squares", squares);
    }
}
