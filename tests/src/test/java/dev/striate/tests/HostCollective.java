package dev.striate.tests;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Collective;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One of several devices of this machine, which meet for each call: streams go on when all have come there. */
final class HostCollective implements Collective {
    /** What one of them brings. */
    private static final class Brought {
        private final float weight;
        private final long address;
        private final long count;
        /** Whether it is now what all have made of theirs. */
        private boolean done;

        private Brought(float weight, long address, long count) {
            this.weight = weight;
            this.address = address;
            this.count = count;
        }
    }

    /** Where they meet. */
    static final class Meeting {
        private final HostStreams streams;
        private final int count;
        private final List<HostCollective> members = new ArrayList<>();
        private volatile boolean aborted;

        /**
         * Of some devices.
         *
         * @param streams theirs
         * @param count how many
         */
        Meeting(HostStreams streams, int count) {
            this.streams = streams;
            this.count = count;
        }

        /** In the order of the devices, so that sums have the same bits every time. */
        private void meet() {
            if (members.size() < count || members.stream().anyMatch(m -> m.waiting.isEmpty())) {
                return;
            }
            List<Brought> brought =
                    members.stream().map(m -> m.waiting.remove()).toList();
            if (brought.stream().mapToLong(b -> b.count).distinct().count() != 1) {
                throw new IllegalStateException("not all devices make the same call");
            }
            if (brought.getFirst().count == 0) {
                largest(brought);
            } else {
                sum(brought);
            }
            brought.forEach(b -> b.done = true);
        }

        private static void sum(List<Brought> brought) {
            for (long i = 0; i < brought.getFirst().count; i++) {
                float sum = 0;
                for (Brought b : brought) {
                    float own = b.weight * at(b, Float.BYTES * b.count).getAtIndex(ValueLayout.JAVA_FLOAT, i);
                    sum = b.equals(brought.getFirst()) ? own : sum + own;
                }
                for (Brought b : brought) {
                    at(b, Float.BYTES * b.count).setAtIndex(ValueLayout.JAVA_FLOAT, i, sum);
                }
            }
        }

        private static void largest(List<Brought> brought) {
            long largest = 0;
            for (Brought b : brought) {
                long own = at(b, Long.BYTES).get(ValueLayout.JAVA_LONG, 0);
                largest = Long.compareUnsigned(own, largest) > 0 ? own : largest;
            }
            for (Brought b : brought) {
                at(b, Long.BYTES).set(ValueLayout.JAVA_LONG, 0, largest);
            }
        }

        private static MemorySegment at(Brought b, long bytes) {
            return HostDriver.at(b.address, bytes);
        }
    }

    private final Meeting meeting;
    private final Map<Long, Float> operations = new HashMap<>();
    /** What its streams have come with and wait with for the others. */
    private final Deque<Brought> waiting = new ArrayDeque<>();

    private long handles;
    private boolean closed;

    HostCollective(Meeting meeting) {
        this.meeting = meeting;
        meeting.members.add(this);
    }

    /** Whether it has not been freed. */
    boolean isOpen() {
        return !closed && !meeting.aborted;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the communicator was destroyed");
        }
    }

    @Override
    public long weightedSum(float weight) {
        requireOpen();
        operations.put(++handles, weight);
        return handles;
    }

    @Override
    public void free(long operation) {
        Objects.requireNonNull(operations.remove(operation));
    }

    @Override
    public void reduce(long operation, long numbers, long count, long stream) {
        come(new Brought(Objects.requireNonNull(operations.get(operation)), numbers, count), stream);
    }

    @Override
    public void largest(long number, long stream) {
        come(new Brought(1, number, 0), stream);
    }

    /** Once the devices do not go on, streams do, with whatever numbers are there. */
    private void come(Brought what, long stream) {
        requireOpen();
        if (meeting.aborted) {
            throw new DeviceException("another device does not go on");
        }
        meeting.streams.give(stream, () -> {
            if (!meeting.aborted) {
                waiting.add(what);
                meeting.meet();
            }
        });
        meeting.streams.give(stream, () -> what.done || meeting.aborted, () -> {});
    }

    @Override
    public void close() {
        requireOpen();
        if (!meeting.aborted && !(operations.isEmpty() && waiting.isEmpty())) {
            throw new IllegalStateException("destroyed in use");
        }
        closed = true;
    }

    @Override
    public void abort() {
        requireOpen();
        meeting.aborted = true;
        meeting.streams.wake();
    }
}
