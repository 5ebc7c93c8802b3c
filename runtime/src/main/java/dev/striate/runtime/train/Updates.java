package dev.striate.runtime.train;

import dev.striate.core.recipe.Optimizer;
import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.io.DataException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An optimizer's updates of a table of ranges, in float32, one pass over memory for each step. Each element depends on
 * itself alone, so that the result has the same bits however the gradients were computed. What is in no range stays as
 * it is and has no state.
 */
abstract class Updates {
    private final Range[] ranges;
    private final UpdateLoops.Run[] runs;
    private final UpdateLoops loops;
    private long steps;

    /**
     * Of the given ranges.
     *
     * @param loops what goes over memory
     * @param penalty this times the weight, and the range's factor on the decay, is added to each gradient
     */
    Updates(UpdateLoops loops, List<Range> ranges, float penalty) {
        this.loops = loops;
        this.ranges = ranges.toArray(Range[]::new);
        this.runs = new UpdateLoops.Run[ranges.size()];
        long state = 0;
        for (int i = 0; i < runs.length; i++) {
            Range range = this.ranges[i];
            runs[i] = new UpdateLoops.Run(range.offset(), state, range.length(), penalty * range.decay());
            state += range.length();
        }
    }

    /**
     * An optimizer at rest.
     *
     * @param loops what goes over memory
     * @param arena owns its state
     */
    static Updates of(Optimizer optimizer, UpdateLoops loops, List<Range> ranges, Arena arena) {
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> new Sgd(sgd, loops, ranges, arena);
            case Optimizer.RmsProp rms -> new RmsProp(rms, loops, ranges, arena);
            case Optimizer.Adagrad adagrad -> new Adagrad(adagrad, loops, ranges, arena);
            case Optimizer.Adam adam -> new Adam(adam, loops, ranges, arena);
        };
    }

    /** A number for each element of the ranges, zero. */
    static MemorySegment state(UpdateLoops loops, List<Range> ranges, Arena arena) {
        return loops.state(ranges.stream().mapToLong(Range::length).sum(), arena);
    }

    /**
     * One step.
     *
     * @param weights float32, changed in place
     * @param gradients float32, in the same order
     * @param lr the learning rate of this step, after the schedule
     */
    final void step(MemorySegment weights, MemorySegment gradients, double lr) {
        begin(++steps);
        for (int i = 0; i < runs.length; i++) {
            step(runs[i], weights, gradients, ranges[i], (float) (lr * ranges[i].lr()));
            loop().run(runs[i], 0, runs[i].n());
        }
    }

    /**
     * Called before the ranges of a step.
     *
     * @param step its number, from 1
     */
    void begin(long step) {}

    /**
     * Gives a run the numbers of a step.
     *
     * @param rate the learning rate of the range
     */
    void step(UpdateLoops.Run run, MemorySegment weights, MemorySegment gradients, Range range, float rate) {
        run.step(weights, gradients, rate);
    }

    /** What is done with each range. */
    abstract UpdateLoops.Loop loop();

    /** The state by name: float32, a number for each element of the ranges; without what the settings do not need. */
    abstract Map<String, MemorySegment> state();

    /** The bytes of the state. */
    final long bytes() {
        return state().values().stream().mapToLong(MemorySegment::byteSize).sum();
    }

    /** Adds the state to that of a run. */
    final void save(RunState run, String prefix) {
        new TreeMap<>(state()).forEach((name, numbers) -> run.put(prefix + name, loops.read(numbers))); // in one order
    }

    /**
     * Takes over the state from that of a run.
     *
     * @param done how many steps were done with it
     * @throws DataException when the run has another optimizer, or updates other parameters
     */
    final void restore(RunState run, String prefix, long done) throws DataException {
        for (Map.Entry<String, MemorySegment> entry : state().entrySet()) {
            loops.write(run.numbers(prefix + entry.getKey(), entry.getValue().byteSize()), entry.getValue());
        }
        steps = done;
    }
}
