package dev.striate.runtime.train;

import dev.striate.core.NetSpec;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Phase;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The running statistics of a net. They are replaced in every step, not moved along a gradient: no range of an
 * optimizer has them.
 */
final class States {
    private record Range(long offset, long bytes) {}

    private final List<Range> ranges;

    private States(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** Those of a net that a phase does not keep as they are. */
    static States of(NetSpec spec, Phase phase) {
        List<Range> ranges = new ArrayList<>();
        long offset = 0;
        for (Parameter p : spec.parameters()) {
            long bytes = Tensor.bytes(p.shape());
            if (!p.learned() && phase.renews(p.name())) {
                ranges.add(new Range(offset, bytes));
            }
            offset += bytes;
        }
        return new States(ranges);
    }

    /**
     * Takes over the new values.
     *
     * @param weights changed in place
     * @param gradients what a training session left, with the new values at the statistics' places
     */
    void update(MemorySegment weights, MemorySegment gradients) {
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            MemorySegment.copy(gradients, range.offset, weights, range.offset, range.bytes);
        }
    }
}
