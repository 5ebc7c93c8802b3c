package dev.striate.runtime.backend;

import dev.striate.core.kernel.Pool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Steps that a backend does together with the one before, so that what lies between them is never written as a whole: a
 * pooling and what computes its operand. This is for the backend to say, since it is a matter of its kernels; what every
 * backend does in one kernel, the compiler fuses.
 */
final class Joins {
    private final KernelTable kernels;
    /** How often each value is read. */
    private final Map<Value, Integer> uses = new HashMap<>();

    private Joins(KernelTable kernels, List<Step> steps, Set<Step> dropped) {
        this.kernels = kernels;
        steps.stream()
                .filter(step -> !dropped.contains(step))
                .forEach(step -> step.operands.forEach(x -> uses.merge(x, 1, Integer::sum)));
    }

    /**
     * Has poolings do what computes their operand.
     *
     * @param dropped the steps that have nothing to do already
     * @return the steps that have nothing to do any more
     */
    static Set<Step> find(KernelTable kernels, List<Step> steps, Set<Step> dropped) {
        Joins joins = new Joins(kernels, steps, dropped);
        Set<Step> joined = new HashSet<>();
        for (Step step : steps) {
            if (step.kernel instanceof Pool pool
                    && !dropped.contains(step)
                    && step.operands.getFirst() instanceof Step before
                    && joins.mayJoin(before, pool)) {
                step.join(before, new Pooled(before.kernel, pool));
                joined.add(before);
            }
        }
        return joined;
    }

    private boolean mayJoin(Step before, Pool pool) {
        return !before.alias
                && before.storage.place == Storage.Place.ARENA // else it is a gradient, which is read after the run
                && !before.storage.isKept()
                && uses.getOrDefault(before, 0) == 1
                && kernels.accepts(new Pooled(before.kernel, pool), before.operandShapes());
    }
}
