package dev.striate.runtime.train;

import dev.striate.core.kernel.Parameter;
import dev.striate.core.recipe.Group;
import dev.striate.core.recipe.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Parameters that lie side by side in memory and learn alike.
 *
 * @param offset where they begin, in elements
 * @param length how many elements they are
 * @param lr the factor on the learning rate
 * @param decay the factor on the decay
 */
record Range(long offset, long length, float lr, float decay) {
    /**
     * The ranges of some parameters that learn in a phase, in the order of memory, neighbours that learn alike joined.
     *
     * @param some which of them
     */
    static List<Range> of(List<Parameter> parameters, Phase phase, Predicate<String> some) {
        List<Range> ranges = new ArrayList<>();
        long offset = 0;
        for (Parameter p : parameters) {
            long length = p.shape().elements();
            if (p.learned() && phase.trains(p.name()) && some.test(p.name())) {
                append(ranges, of(p.name(), offset, length, phase));
            }
            offset += length;
        }
        return ranges;
    }

    private static Range of(String path, long offset, long length, Phase phase) {
        double lr = 1;
        double decay = 1;
        for (Group group : phase.groups()) {
            if (group.parameters().matches(path)) {
                lr *= group.lr();
                decay *= group.decay();
            }
        }
        return new Range(offset, length, (float) lr, (float) decay);
    }

    private static void append(List<Range> ranges, Range next) {
        Range last = ranges.isEmpty() ? null : ranges.getLast();
        boolean joins = last != null
                && last.offset + last.length == next.offset
                && last.lr == next.lr
                && last.decay == next.decay;
        if (last == null || !joins) {
            ranges.add(next);
        } else {
            ranges.set(ranges.size() - 1, new Range(last.offset, last.length + next.length, last.lr, last.decay));
        }
    }
}
