package dev.striate.core.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Packs buffers into one arena: two buffers whose lifetimes overlap never share a byte. Greedy by size, each at the
 * lowest offset that fits, found in logarithmic time (Pisarchyk and Lee 2020, "Greedy by Size for Offset Calculation"), which stands within a few
 * per cent of the lower bound on the nets of the field.
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
        Plan plan = pack(merged);
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

    private static Plan pack(List<Buffer> buffers) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < buffers.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingLong((Integer i) -> buffers.get(i).bytes())
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        long[] offsets = new long[buffers.size()];
        Occupancy occupancy = new Occupancy(steps(buffers));
        long end = 0;
        for (int i : order) {
            Buffer buffer = buffers.get(i);
            if (buffer.bytes() > 0) {
                offsets[i] = occupancy.lowest(buffer.first(), buffer.last(), size(buffer));
                occupancy.take(buffer.first(), buffer.last(), offsets[i], size(buffer));
                end = Math.max(end, offsets[i] + size(buffer));
            }
        }
        List<Long> result = new ArrayList<>();
        for (long o : offsets) {
            result.add(o);
        }
        return new Plan(result, end, lowerBound(buffers));
    }

    private static long size(Buffer b) {
        return (b.bytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static int steps(List<Buffer> buffers) {
        int steps = 0;
        for (Buffer b : buffers) {
            steps = Math.max(steps, b.last() + 1);
        }
        return steps;
    }

    private static long lowerBound(List<Buffer> buffers) {
        long[] change = new long[steps(buffers) + 1];
        for (Buffer b : buffers) {
            change[b.first()] += size(b);
            change[b.last() + 1] -= size(b);
        }
        long alive = 0;
        long most = 0;
        for (long c : change) {
            alive += c;
            most = Math.max(most, alive);
        }
        return most;
    }
}
