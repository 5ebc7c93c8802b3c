package dev.striate.runtime.cuda;

import dev.striate.core.kernel.Parameter;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.UpdateKernels;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** What divides the gradients of a session's parameters by their scale behind each run, and leaves running statistics alone. */
final class Unscaling {
    private final Driver driver;
    private final SharedWeights weights;
    private final long function;
    private final int blocks;
    private final long[] args;

    /**
     * Of a session.
     *
     * @param gradients of its parameters
     */
    Unscaling(Driver driver, SharedWeights weights, MemorySegment gradients, Holdings holdings) {
        this.driver = driver;
        this.weights = weights;
        List<long[]> ranges = ranges(weights.parameters());
        long[] table = ranges.stream().flatMapToLong(LongStream::of).toArray();
        this.function = holdings.function(UpdateKernels.unscale(ranges.size()));
        long longest = ranges.stream().mapToLong(r -> r[1]).max().orElse(0);
        this.blocks = Call.blocks((int) longest);
        this.args = new long[] {
            gradients.address(),
            holdings.table(table, weights.stream()),
            weights.gate().address()
        };
    }

    /** First elements and lengths of what is learned; neighbours are one range. */
    private static List<long[]> ranges(List<Parameter> parameters) {
        List<long[]> ranges = new ArrayList<>();
        long end = 0;
        for (Parameter p : parameters) {
            int n = p.shape().elements();
            if (p.learned()) {
                if (ranges.isEmpty() || ranges.getLast()[0] + ranges.getLast()[1] < end) {
                    ranges.add(new long[] {end, 0});
                }
                ranges.getLast()[1] += n;
            }
            end += n;
        }
        return ranges;
    }

    /** Gives it to the stream, behind a run. */
    void enqueue() {
        driver.launch(function, blocks, Call.BLOCK, args, weights.stream());
    }
}
