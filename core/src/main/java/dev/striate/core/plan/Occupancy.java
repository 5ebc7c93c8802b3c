package dev.striate.core.plan;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes are taken at which steps: a segment tree over the steps. A buffer is noted at the few nodes that make up
 * its lifetime, and at all nodes above them. So the buffers that meet a lifetime are those noted within or above the
 * nodes of that lifetime, and adjacent ones are one range of bytes: a search takes logarithmic time where memory is dense.
 */
final class Occupancy {
    /** Disjoint ranges of bytes, first to behind the last; ranges that touch are one. */
    private static final class Ranges {
        private final TreeMap<Long, Long> ends = new TreeMap<>();

        void add(long from, long to) {
            long start = from;
            long end = to;
            for (var e = ends.floorEntry(end); e != null && e.getValue() >= start; e = ends.floorEntry(end)) {
                ends.remove(e.getKey());
                start = Math.min(start, e.getKey());
                end = Math.max(end, e.getValue());
            }
            ends.put(start, end);
        }

        /** The lowest place not below {@code from} that may be free for {@code bytes}, as far as one range tells. */
        long next(long from, long bytes) {
            var last = ends.lowerEntry(from + bytes);
            return last == null ? from : Math.max(from, last.getValue());
        }
    }

    private final int leaves;
    /** By node the bytes taken during all of its steps; null for none. */
    private final @Nullable Ranges[] throughout;
    /** By node the bytes taken during some step of it; null for none. */
    private final @Nullable Ranges[] sometime;

    /** Nothing is taken in {@code steps} steps. */
    Occupancy(int steps) {
        leaves = Math.max(1, Integer.highestOneBit(Math.max(1, steps - 1)) * 2);
        throughout = new Ranges[2 * leaves];
        sometime = new Ranges[2 * leaves];
    }

    /** Takes bytes from one step to another, both included. */
    void take(int first, int last, long from, long bytes) {
        for (int low = first + leaves, high = last + leaves; low <= high; low = (low + 1) / 2, high = (high - 1) / 2) {
            if (low % 2 == 1) {
                note(low, from, from + bytes);
            }
            if (high % 2 == 0) {
                note(high, from, from + bytes);
            }
        }
    }

    private void note(int node, long from, long to) {
        add(throughout, node, from, to);
        for (int above = node; above > 0; above /= 2) {
            add(sometime, above, from, to);
        }
    }

    private static void add(@Nullable Ranges[] taken, int node, long from, long to) {
        Ranges ranges = taken[node];
        if (ranges == null) {
            ranges = new Ranges();
            taken[node] = ranges;
        }
        ranges.add(from, to);
    }

    /** The lowest place of a size that is free from one step to another, both included. */
    long lowest(int first, int last, long bytes) {
        long place = 0;
        for (long before = -1; before != place; ) {
            before = place;
            for (int low = first + leaves, high = last + leaves;
                    low <= high;
                    low = (low + 1) / 2, high = (high - 1) / 2) {
                if (low % 2 == 1) {
                    place = next(low, place, bytes);
                }
                if (high % 2 == 0) {
                    place = next(high, place, bytes);
                }
            }
        }
        return place;
    }

    private long next(int node, long from, long bytes) {
        long place = next(sometime[node], from, bytes);
        for (int above = node / 2; above > 0; above /= 2) {
            place = next(throughout[above], place, bytes);
        }
        return place;
    }

    private static long next(@Nullable Ranges taken, long from, long bytes) {
        return taken == null ? from : taken.next(from, bytes);
    }
}
