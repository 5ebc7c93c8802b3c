package dev.striate.runtime.backend;

import dev.striate.core.plan.MemoryPlanner;
import dev.striate.core.plan.MemoryPlanner.Buffer;
import dev.striate.core.plan.MemoryPlanner.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The memory plans used last, so that opening a program again at a size that it had before plans nothing. */
final class PlanCache {
    private static final int MOST = 64;
    private static final Map<List<Buffer>, Plan> PLANS = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Buffer>, Plan> eldest) {
            return size() > MOST;
        }
    };

    private PlanCache() {}

    /** The plan for buffers. Thread-safe. */
    static Plan plan(List<Buffer> buffers) {
        synchronized (PLANS) {
            return PLANS.computeIfAbsent(List.copyOf(buffers), MemoryPlanner::plan);
        }
    }
}
