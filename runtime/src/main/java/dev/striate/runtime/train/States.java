package dev.striate.runtime.train;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Phase;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The running statistics of a net. They are replaced in every step, not moved along a gradient: no range of an
 * optimizer has them.
 */
final class States {
    private final UpdateLoops.Loop loop;
    private final UpdateLoops.Run[] runs;

    private States(UpdateLoops.Loop loop, List<UpdateLoops.Run> runs) {
        this.loop = loop;
        this.runs = runs.toArray(UpdateLoops.Run[]::new);
    }

    /** Those of a net that a phase does not keep as they are; neighbours are one run. */
    static States of(NetSpec spec, Phase phase, UpdateLoops loops) {
        List<UpdateLoops.Run> runs = new ArrayList<>();
        long first = 0;
        long end = 0;
        for (Parameter p : spec.parameters()) {
            if (p.learned() || !phase.renews(p.name())) {
                add(runs, first, end);
                first = end + p.shape().elements();
            }
            end += p.shape().elements();
        }
        add(runs, first, end);
        return new States(loops.replace(), runs);
    }

    private static void add(List<UpdateLoops.Run> runs, long first, long end) {
        if (first < end) {
            runs.add(new UpdateLoops.Run(first, 0, end - first, 0));
        }
    }

    /**
     * Takes over the new values.
     *
     * @param weights changed in place
     * @param gradients what a training session left, with the new values at the statistics' places
     */
    void update(MemorySegment weights, MemorySegment gradients) {
        for (int i = 0; i < runs.length; i++) {
            runs[i].step(weights, gradients, 0);
            loop.run(runs[i], 0, runs[i].n());
        }
    }
}
