package dev.striate.runtime.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.striate.core.plan.MemoryPlanner;
import dev.striate.core.plan.MemoryPlanner.Buffer;
import dev.striate.core.plan.MemoryPlanner.Plan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans are kept for the programs and sizes used last. */
class PlanCacheTest {
    private static List<Buffer> buffers(int size) {
        return new ArrayList<>(List.of(new Buffer(size, 0, 1), new Buffer(2L * size, 1, 2)));
    }

    @Test
    void equalProgramsShareOnePlan() {
        Plan plan = PlanCache.plan(buffers(7_000_001));
        assertThat(PlanCache.plan(buffers(7_000_001))).isSameAs(plan).isEqualTo(MemoryPlanner.plan(buffers(7_000_001)));
        assertThat(PlanCache.plan(buffers(9_000_001))).isNotEqualTo(plan);
    }

    @Test
    void theOldestAreForgotten() {
        Plan first = PlanCache.plan(buffers(8_000_001));
        for (int i = 0; i < 200; i++) {
            PlanCache.plan(buffers(8_100_001 + i));
        }
        assertThat(PlanCache.plan(buffers(8_000_001))).isNotSameAs(first).isEqualTo(first);
    }
}
