package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** Adam and AdamW, as {@link Optimizer.Adam} defines them. */
final class Adam extends Updates {
    private final Optimizer.Adam settings;
    /** The running mean of gradients. */
    private final MemorySegment mean;
    /** The running mean of squared gradients. */
    private final MemorySegment squares;

    private double correction1;
    private float correction2;

    private final UpdateLoops.Loop loop;

    Adam(Optimizer.Adam settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges, settings.decoupled() ? 0 : (float) settings.decay());
        this.settings = settings;
        mean = state(loops, ranges, arena);
        squares = state(loops, ranges, arena);
        float beta1 = (float) settings.beta1();
        float beta2 = (float) settings.beta2();
        loop = loops.adam(mean, squares, beta1, beta2, (float) settings.eps());
    }

    @Override
    void begin(long step) {
        correction1 = 1 - Math.pow(settings.beta1(), (double) step);
        correction2 = (float) Math.sqrt(1 - Math.pow(settings.beta2(), (double) step));
    }

    @Override
    void step(UpdateLoops.Run run, MemorySegment weights, MemorySegment gradients, Range range, float rate) {
        run.step(weights, gradients, (float) (rate / correction1));
        float decay = (float) settings.decay() * range.decay();
        run.adam(settings.decoupled() ? 1 - rate * decay : 1, correction2);
    }

    @Override
    UpdateLoops.Loop loop() {
        return loop;
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("mean", mean, "squares", squares);
    }
}
