package dev.striate.core.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Packs buffers into one arena: two buffers whose lifetimes overlap never share a byte. Greedy, each buffer at the lowest
 * offset that fits, found in logarithmic time; by size, which is mostly enough, and else by breadth (Pisarchyk and Lee 2020,
 * "Efficient Memory Management for Deep Neural Net Inference").
 */
public final class MemoryPlanner {
    /** Alignment of every buffer, in bytes: a cache line, and the widest vector. */
    public static final int ALIGNMENT = 64;

    private MemoryPlanner() {}

    /**
     * One buffer to place.
     *
     * @param bytes its size
     * @param first the index of the step that writes it
     * @param last the index of the last step that reads it, at least {@code first}
     * @param over the numbers of the buffers that the step which writes it may write it over, should they end there
     */
    public record Buffer(long bytes, int first, int last, List<Integer> over) {
        /** A buffer that is written over no other. */
        public Buffer(long bytes, int first, int last) {
            this(bytes, first, last, List.of());
        }

        /** Checks that the lifetime is not empty and the size not negative. */
        public Buffer {
            over = List.copyOf(over);
            if (bytes < 0 || last < first) {
                throw new IllegalArgumentException(
                        "no buffer of " + bytes + " bytes lives from " + first + " to " + last);
            }
        }
    }

    /**
     * Where everything went.
     *
     * @param offsets one for each buffer, in the order given, in bytes
     * @param bytes the size of the arena
     * @param lowerBound the largest sum of sizes alive at one step: no plan can be smaller
     */
    public record Plan(List<Long> offsets, long bytes, long lowerBound) {
        /** Copies the list. */
        public Plan {
            offsets = List.copyOf(offsets);
        }
    }

    /**
     * Places the buffers; equal input gives an equal plan. A buffer lies where the first of those it may be written over
     * lies that is as large, and that it alone takes.
     */
    public static Plan plan(List<Buffer> buffers) {
        int[] owners = owners(buffers);
        List<Buffer> merged = new ArrayList<>(buffers);
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] != i) {
                Buffer buffer = buffers.get(i);
                Buffer owner = merged.get(owners[i]);
                int last = Math.max(owner.last(), buffer.last());
                merged.set(owners[i], new Buffer(owner.bytes(), owner.first(), last));
                merged.set(i, new Buffer(0, buffer.first(), buffer.first()));
            }
        }
        Plan plan = Packing.of(merged);
        List<Long> offsets = new ArrayList<>();
        for (int owner : owners) {
            offsets.add(plan.offsets().get(owner));
        }
        return new Plan(offsets, plan.bytes(), plan.lowerBound());
    }

    /** For each buffer the one whose place it takes, which may be itself. */
    private static int[] owners(List<Buffer> buffers) {
        int[] owners = new int[buffers.size()];
        boolean[] taken = new boolean[buffers.size()];
        List<Integer> inTime = new ArrayList<>();
        for (int i = 0; i < owners.length; i++) {
            owners[i] = i;
            inTime.add(i);
        }
        inTime.sort(Comparator.comparingInt(i -> buffers.get(i).first()));
        for (int i : inTime) {
            Buffer buffer = buffers.get(i);
            for (int other : buffer.over()) {
                Buffer before = buffers.get(other);
                boolean fits = before.last() == buffer.first() && before.first() < buffer.first();
                if (fits && before.bytes() == buffer.bytes() && !taken[other] && owners[i] == i) {
                    taken[other] = true;
                    owners[i] = owners[other];
                }
            }
        }
        return owners;
    }
}
