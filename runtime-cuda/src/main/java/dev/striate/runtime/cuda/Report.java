package dev.striate.runtime.cuda;

import static java.util.Objects.requireNonNull;

import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Work;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** What the steps of a session tell Java besides their results: class indices that are out of range, and counts. */
final class Report {
    /** Nothing was noted: the place and the index of a fault are never all ones. */
    private static final long NOTHING = -1;

    /** What one step has of it. */
    static final class Slots {
        private final Work work;
        private final String where;
        /** Where its fault lies, in bytes, with the counts behind it. */
        private final long offset;
        /** The counts of the last run. */
        private final double[] counts;

        private Slots(Work work, String where, long offset) {
            this.work = work;
            this.where = where;
            this.offset = offset;
            this.counts = new double[work.counts()];
        }

        /** The counts of the last run, renewed by every run. */
        double[] counts() {
            return counts;
        }
    }

    private final List<Slots> all = new ArrayList<>();
    private long bytes;
    private MemorySegment device = MemorySegment.NULL;
    private MemorySegment host = MemorySegment.NULL;

    /** Takes room for a step. */
    Slots reserve(Work work, String where) {
        Slots slots = new Slots(work, where, bytes);
        if (work.labels() != null) {
            all.add(slots);
            bytes += Long.BYTES + Math.ceilDiv((long) work.counts() * Integer.BYTES, Long.BYTES) * Long.BYTES;
        }
        return slots;
    }

    /** The room that all steps take. */
    long bytes() {
        return bytes;
    }

    /** Says where it lies on the device, and where its copy on Java's side does. */
    void place(MemorySegment onDevice, MemorySegment here) {
        device = onDevice;
        host = here;
    }

    /** How many steps may note a fault. */
    int faults() {
        return all.size();
    }

    /** Where one of them does. */
    long fault(int index) {
        return fault(all.get(index));
    }

    /**
     * What is said of a fault that one of them noted.
     *
     * @param first the number of the first sample of the run in its batch
     */
    String complaint(int index, long fault, int first) {
        Slots slots = all.get(index);
        Work.Labels labels = requireNonNull(slots.work.labels());
        long place = (fault >>> Integer.SIZE) + (long) first * labels.placesOfSample();
        return slots.where + ": " + labels.complaint(place, (int) fault);
    }

    /** Where a step notes a fault. */
    long fault(Slots slots) {
        return device.address() + slots.offset;
    }

    /** Where a step counts. */
    long counts(Slots slots) {
        return fault(slots) + Long.BYTES;
    }

    /** Forgets what was noted. */
    void clear(Driver driver, long stream) {
        if (bytes > 0) {
            driver.fill(device.address(), (byte) NOTHING, bytes, stream);
        }
    }

    /** Copies it to Java's side. */
    void fetch(Driver driver, long stream) {
        if (bytes > 0) {
            driver.download(host, device.address(), stream);
        }
    }

    /**
     * Looks at what was fetched.
     *
     * @param first the number of the first sample of the run in its batch
     * @throws IllegalArgumentException when a class index was out of range: the first one of the first step that met any
     */
    void check(int first) {
        for (int index = 0; index < all.size(); index++) {
            Slots slots = all.get(index);
            long fault = host.get(ValueLayout.JAVA_LONG, slots.offset);
            if (fault != NOTHING) {
                throw new IllegalArgumentException(complaint(index, fault, first));
            }
            for (int i = 0; i < slots.counts.length; i++) {
                long at = slots.offset + Long.BYTES + (long) Integer.BYTES * i;
                slots.counts[i] = host.get(ValueLayout.JAVA_INT, at);
            }
        }
    }
}
