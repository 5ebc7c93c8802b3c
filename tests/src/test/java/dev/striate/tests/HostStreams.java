package dev.striate.tests;

import dev.striate.core.rng.Philox;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The streams of devices that are this machine. What they are given is not done before somebody waits, and then in an order that is drawn at
 * random and keeps nothing but the order within each stream and what streams wait for: so what should wait and does not finds numbers that are
 * not there yet, or are there no more. Whoever waits does what there is to do, on whichever device, as devices do not wait for Java's threads.
 * (Streams have priorities that change now and then: Burckhardt et al. 2010, "A randomized scheduler with probabilistic guarantees of finding
 * bugs".)
 */
final class HostStreams {
    /** Something that a stream does once it may. */
    private record Item(BooleanSupplier ready, Runnable action) {}

    /** How much is done with the same priorities, about. */
    private static final int PATIENCE = 8;

    /** After so long without anything to do, in nanoseconds, what is waited for is taken to come never. */
    private static final long LONG = 300_000_000_000L;

    /** How long to wait for another thread before looking again, in milliseconds. */
    private static final long TURN = 1000;

    /** The order of another run: {@code -Dstriate.host.order=7}. */
    private static final long SEED = Long.getLong("striate.host.order", 1);

    private final Map<Long, Deque<Item>> queues = new TreeMap<>();
    private final Map<Long, Integer> priorities = new HashMap<>();
    private final Set<Long> open = new HashSet<>();
    private final int devices;
    private long handles;
    private int drawn;

    /**
     * Without any streams.
     *
     * @param devices how many devices have streams here, each with a thread of its own
     */
    HostStreams(int devices) {
        this.devices = devices;
    }

    /** A new stream. */
    synchronized long open() {
        queues.put(++handles, new ArrayDeque<>());
        open.add(handles);
        return handles;
    }

    /** Ends a stream, which still does what it was given. */
    synchronized void close(long stream) {
        requireOpen(stream);
        open.remove(stream);
    }

    private void requireOpen(long stream) {
        if (!open.contains(stream)) {
            throw new IllegalStateException("no stream " + stream);
        }
    }

    /** Gives a stream something to do. */
    void give(long stream, Runnable action) {
        give(stream, () -> true, action);
    }

    /** Has a stream go on, with something to do first, when it may. */
    synchronized void give(long stream, BooleanSupplier ready, Runnable action) {
        requireOpen(stream);
        Objects.requireNonNull(queues.get(stream)).add(new Item(ready, action));
        notifyAll();
    }

    /** Has whoever waits look again at what may be done. */
    synchronized void wake() {
        notifyAll();
    }

    /** Whether some streams have nothing to do. */
    synchronized boolean areIdle(Collection<Long> streams) {
        return streams.stream().map(queues::get).allMatch(queue -> queue == null || queue.isEmpty());
    }

    /** Returns when some streams have nothing to do. */
    void await(Collection<Long> streams) {
        await(() -> areIdle(streams));
    }

    /** Does what there is to do until something holds. Another thread may give its device what all wait for. */
    synchronized void await(BooleanSupplier holds) {
        long since = System.nanoTime();
        try {
            while (!holds.getAsBoolean()) {
                List<Long> ready = ready();
                if (!ready.isEmpty()) {
                    next(ready);
                    notifyAll();
                    since = System.nanoTime();
                } else if (devices > 1 && System.nanoTime() - since < LONG) {
                    wait(TURN);
                } else {
                    throw new IllegalStateException("what is waited for never comes");
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Long> ready() {
        return queues.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty()
                        && e.getValue().getFirst().ready().getAsBoolean())
                .map(Map.Entry::getKey)
                .toList();
    }

    private void next(List<Long> ready) {
        if (draw(PATIENCE) == 0) {
            priorities.clear();
        }
        for (long stream : ready) {
            priorities.computeIfAbsent(stream, s -> draw(Integer.MAX_VALUE));
        }
        List<Long> streams = new ArrayList<>(ready);
        streams.sort(Comparator.comparing(priorities::get));
        long first = streams.getFirst();
        Deque<Item> queue = Objects.requireNonNull(queues.get(first));
        Item item = queue.removeFirst();
        if (queue.isEmpty() && !open.contains(first)) {
            queues.remove(first);
        }
        item.action().run();
    }

    private int draw(int bound) {
        return Philox.below(bound, SEED, 0, drawn++);
    }
}
