package dev.striate.core.plan;

import dev.striate.core.plan.MemoryPlanner.Buffer;
import dev.striate.core.plan.MemoryPlanner.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Finds places for buffers: each in turn at the lowest that fits. Whose turn it is decides how much is lost, so several
 * orders are tried until little is. After each attempt those that ended highest go first in the next one (Joslin and
 * Clements 1999, "Squeaky Wheel Optimization").
 */
final class Packing {
    /** What may be lost of the lower bound without another attempt: one in so many bytes. */
    private static final int LITTLE = 200;

    /** Attempts with each order. */
    private static final int ATTEMPTS = 24;

    private final List<Buffer> buffers;
    /** The bytes alive at each step. */
    private final long[] alive;

    private final long lowerBound;
    private final long enough;
    private long[] best = new long[0];
    private long least = Long.MAX_VALUE;

    private Packing(List<Buffer> buffers) {
        this.buffers = buffers;
        this.alive = alive(buffers);
        this.lowerBound =
                IntStream.range(0, alive.length).mapToLong(i -> alive[i]).max().orElse(0);
        this.enough = lowerBound + lowerBound / LITTLE;
    }

    /** A place for each buffer. */
    static Plan of(List<Buffer> buffers) {
        return new Packing(buffers).plan();
    }

    private Plan plan() {
        Comparator<Integer> bySize =
                Comparator.comparingLong((Integer i) -> buffers.get(i).bytes()).reversed();
        Comparator<Integer> byLife = Comparator.comparingInt(
                        (Integer i) -> buffers.get(i).last() - buffers.get(i).first())
                .reversed();
        List<Supplier<Comparator<Integer>>> orders = List.of(
                () -> bySize,
                () -> inCrowds().thenComparing(bySize),
                () -> inCrowds().thenComparing(byLife).thenComparing(bySize));
        for (Supplier<Comparator<Integer>> order : orders) {
            if (least > enough) {
                attempt(order.get());
            }
        }
        return new Plan(IntStream.range(0, best.length).mapToObj(i -> best[i]).toList(), least, lowerBound);
    }

    /** First what lives at the step at which most is alive. */
    private Comparator<Integer> inCrowds() {
        RangeMaximum crowds = new RangeMaximum(alive);
        long[] most = new long[buffers.size()];
        for (int i = 0; i < most.length; i++) {
            most[i] = crowds.of(buffers.get(i).first(), buffers.get(i).last());
        }
        return Comparator.comparingLong((Integer i) -> most[i]).reversed();
    }

    private void attempt(Comparator<Integer> order) {
        List<Integer> turns = IntStream.range(0, buffers.size())
                .filter(i -> buffers.get(i).bytes() > 0)
                .boxed()
                .sorted(order.thenComparing(Comparator.naturalOrder()))
                .toList();
        for (int i = 0; i < ATTEMPTS && least > enough; i++) {
            long[] places = new long[buffers.size()];
            long end = place(turns, places);
            if (end < least) {
                least = end;
                best = places;
            }
            List<Integer> next = new ArrayList<>();
            turns.stream().filter(b -> end(b, places) == end).forEach(next::add);
            turns.stream().filter(b -> end(b, places) < end).forEach(next::add);
            turns = next;
        }
    }

    /** Places each buffer in its turn; the end of the highest. */
    private long place(List<Integer> turns, long[] places) {
        Occupancy occupancy = new Occupancy(alive.length);
        long end = 0;
        for (int i : turns) {
            Buffer buffer = buffers.get(i);
            places[i] = occupancy.lowest(buffer.first(), buffer.last(), size(buffer));
            occupancy.take(buffer.first(), buffer.last(), places[i], size(buffer));
            end = Math.max(end, end(i, places));
        }
        return end;
    }

    private long end(int buffer, long[] places) {
        return places[buffer] + size(buffers.get(buffer));
    }

    private static long size(Buffer b) {
        return Math.ceilDiv(b.bytes(), MemoryPlanner.ALIGNMENT) * MemoryPlanner.ALIGNMENT;
    }

    private static long[] alive(List<Buffer> buffers) {
        int steps = buffers.stream().mapToInt(b -> b.last() + 1).max().orElse(0);
        long[] change = new long[steps + 1];
        for (Buffer b : buffers) {
            change[b.first()] += size(b);
            change[b.last() + 1] -= size(b);
        }
        long[] alive = new long[steps];
        long now = 0;
        for (int i = 0; i < steps; i++) {
            now += change[i];
            alive[i] = now;
        }
        return alive;
    }

    /** The largest of any consecutive numbers, from those of all lengths that are powers of two. */
    private static final class RangeMaximum {
        private final List<long[]> powers = new ArrayList<>();

        RangeMaximum(long[] numbers) {
            powers.add(numbers);
            for (int half = 1; 2 * half <= numbers.length; half *= 2) {
                long[] before = powers.getLast();
                long[] next = new long[before.length - half];
                for (int i = 0; i < next.length; i++) {
                    next[i] = Math.max(before[i], before[i + half]);
                }
                powers.add(next);
            }
        }

        /** Of the numbers from one to another, both included. */
        long of(int first, int last) {
            int power = 31 - Integer.numberOfLeadingZeros(last - first + 1);
            long[] whole = powers.get(power);
            return Math.max(whole[first], whole[last + 1 - (1 << power)]);
        }
    }
}
