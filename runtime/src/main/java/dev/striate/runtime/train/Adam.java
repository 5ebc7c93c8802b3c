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
    private final float beta1;
    private final float beta2;
    private final float eps;
    /** The running mean of gradients. */
    private final MemorySegment mean;
    /** The running mean of squared gradients. */
    private final MemorySegment squares;

    private double correction1;
    private float correction2;

    Adam(Optimizer.Adam settings, UpdateLoops loops, List<Range> ranges, Arena arena) {
        super(loops, ranges);
        this.settings = settings;
        this.beta1 = (float) settings.beta1();
        this.beta2 = (float) settings.beta2();
        this.eps = (float) settings.eps();
        this.mean = state(ranges, arena);
        this.squares = state(ranges, arena);
    }

    @Override
    void begin(long step) {
        correction1 = 1 - Math.pow(settings.beta1(), (double) step);
        correction2 = (float) Math.sqrt(1 - Math.pow(settings.beta2(), (double) step));
    }

    @Override
    void update(MemorySegment weights, MemorySegment gradients, Range range, long state, float rate) {
        float decay = (float) settings.decay() * range.decay();
        float penalty = settings.decoupled() ? 0 : decay;
        float kept = settings.decoupled() ? 1 - rate * decay : 1;
        float corrected = (float) (rate / correction1);
        UpdateLoops.Run run = run(weights, gradients, range, state, penalty, corrected);
        loops.adam(run, mean, squares, beta1, beta2, kept, correction2, eps);
    }

    @Override
    Map<String, MemorySegment> state() {
        return Map.of("mean", mean, "squares", squares);
    }
}
