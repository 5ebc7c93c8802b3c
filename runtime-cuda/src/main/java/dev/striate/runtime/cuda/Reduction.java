package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.DeviceException;
import dev.striate.runtime.cuda.driver.Collective;
import dev.striate.runtime.cuda.driver.Driver;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the gradients of all devices together while the backward pass still runs: buckets of neighbours, each on a stream of its
 * own as soon as no further step writes or reads one of them (Li et al. 2020, "PyTorch Distributed"). New running statistics lie among the
 * gradients, so that they become the means over all devices.
 */
final class Reduction {
    /** Neighbours. */
    private static final class Bucket {
        private long from;
        private final long end;
        /** How many steps touch it. */
        private int steps;
        /** How many of them are still to come in the present run. */
        private int left;

        private Bucket(long end) {
            this.from = end;
            this.end = end;
        }
    }

    private final Driver driver;
    private final Share share;
    private final Collective collective;
    private final long operation;
    private final long stream;
    /** When a bucket is complete on this device. */
    private final long complete;
    /** When all buckets are those of all devices. */
    private final long joined;

    private final Map<BoundStep, List<Bucket>> touched = new HashMap<>();
    /** Whether nothing is left to be done. */
    private boolean freed;

    Reduction(Driver driver, Share share) {
        this.driver = driver;
        this.share = share;
        this.collective = share.communicators().acquire(share.device());
        try {
            this.operation = collective.weightedSum(share.weight());
            this.stream = driver.stream();
            this.complete = driver.event();
            this.joined = driver.event();
        } catch (DeviceException | OutOfMemoryError e) {
            release();
            throw e;
        }
    }

    /** Cuts gradients into buckets, from the last on, which are the first that a backward pass computes. */
    void plan(MemorySegment gradients, List<BoundStep> steps) {
        List<MemorySegment> written = steps.stream()
                .flatMap(step -> step.touched().stream().limit(1))
                .filter(s -> lies(s, gradients))
                .sorted(Comparator.comparingLong(s -> -s.address()))
                .toList();
        List<Bucket> buckets = new ArrayList<>();
        for (MemorySegment one : written) {
            if (buckets.isEmpty() || buckets.getLast().end - buckets.getLast().from >= share.bucket()) {
                buckets.add(new Bucket(one.address() + one.byteSize()));
            }
            buckets.getLast().from = one.address();
        }
        for (BoundStep step : steps) {
            List<Bucket> own = buckets.stream()
                    .filter(b -> step.touched().stream()
                            .anyMatch(s -> s.address() < b.end && b.from < s.address() + s.byteSize()))
                    .toList();
            if (!own.isEmpty()) {
                touched.put(step, own);
                own.forEach(b -> b.steps++);
            }
        }
    }

    private static boolean lies(MemorySegment part, MemorySegment whole) {
        return part.address() >= whole.address() && part.address() < whole.address() + whole.byteSize();
    }

    /** A run begins whose steps are taken. */
    void begin() {
        touched.values().forEach(buckets -> buckets.forEach(b -> b.left = b.steps));
    }

    /** Has what is complete behind a step brought together. */
    void behind(BoundStep step, Replay replay, long steps) {
        for (Bucket bucket : touched.getOrDefault(step, List.of())) {
            if (--bucket.left == 0) {
                replay.between(() -> reduce(bucket, steps));
            }
        }
    }

    private void reduce(Bucket bucket, long steps) {
        driver.record(complete, steps);
        driver.waitFor(complete, stream);
        collective.reduce(operation, bucket.from, (bucket.end - bucket.from) / Float.BYTES, stream);
    }

    /** What is given to a stream from now on finds the gradients of all devices. */
    void join(Replay replay, long steps) {
        replay.between(() -> {
            driver.record(joined, stream);
            driver.waitFor(joined, steps);
        });
    }

    /** Replaces an unsigned number of 64 bits by the largest of all devices. */
    void largest(long number, long steps) {
        collective.largest(number, steps);
    }

    /** Ends what other devices do together with this one, which does not go on. */
    void abort() {
        collective.abort();
    }

    /** Frees what it has of the device, before {@link #release}. */
    void free() {
        driver.await(stream);
        collective.free(operation);
        driver.freeEvent(complete);
        driver.freeEvent(joined);
        driver.freeStream(stream);
        freed = true;
    }

    /** Lets go of what connects the devices. Where that is not known to be at rest, the others could wait there for ever. */
    void release() {
        if (!freed) {
            collective.abort();
        }
        share.communicators().release();
    }
}
