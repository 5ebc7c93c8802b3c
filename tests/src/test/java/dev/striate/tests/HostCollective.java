package dev.striate.tests;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Collective;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One of several devices of this machine, which meet for each call. The last that comes does it for all. */
final class HostCollective implements Collective {
    /** What one of them brings. */
    private record Brought(HostCollective by, float weight, long address, long count) {}

    /** Where they meet. */
    static final class Meeting {
        private final int count;
        private final List<HostCollective> members = new ArrayList<>();
        private final List<Brought> brought = new ArrayList<>();
        private long meetings;
        private boolean aborted;

        Meeting(int count) {
            this.count = count;
        }

        /** In the order of the devices, so that sums have the same bits every time. */
        private void meet() {
            brought.sort(Comparator.comparingInt(b -> members.indexOf(b.by)));
            if (brought.stream().mapToLong(Brought::count).distinct().count() != 1) {
                throw new IllegalStateException("not all devices make the same call: " + brought);
            }
            if (brought.getFirst().count == 0) {
                largest();
            } else {
                sum();
            }
            brought.clear();
        }

        private void sum() {
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

        private void largest() {
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

        private synchronized void come(Brought what) {
            brought.add(what);
            long now = meetings;
            if (brought.size() == count && !aborted) {
                meet();
                meetings++;
                notifyAll();
            }
            while (meetings == now) {
                if (aborted) {
                    throw new DeviceException("another device does not go on");
                }
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        private synchronized void abort() {
            aborted = true;
            notifyAll();
        }
    }

    private final Meeting meeting;
    private final Map<Long, Float> operations = new HashMap<>();
    private long handles;

    HostCollective(Meeting meeting) {
        this.meeting = meeting;
        meeting.members.add(this);
    }

    @Override
    public long weightedSum(float weight) {
        operations.put(++handles, weight);
        return handles;
    }

    @Override
    public void free(long operation) {
        Objects.requireNonNull(operations.remove(operation));
    }

    @Override
    public void reduce(long operation, long numbers, long count, long stream) {
        meeting.come(new Brought(this, Objects.requireNonNull(operations.get(operation)), numbers, count));
    }

    @Override
    public void largest(long number, long stream) {
        meeting.come(new Brought(this, 1, number, 0));
    }

    @Override
    public void abort() {
        meeting.abort();
    }
}
