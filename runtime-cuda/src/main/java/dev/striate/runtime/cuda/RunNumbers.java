package dev.striate.runtime.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.striate.runtime.backend.RandomState;
import dev.striate.runtime.backend.UpdateLoops;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that change from run to run, in one piece, so that one copy brings them to where a captured graph reads them: what randomness
 * depends on and how much scores count, {@code struct Moment} of the kernels, then the ranges that optimizers go over, {@code struct Range}.
 */
final class RunNumbers {
    /** What a range takes, in bytes. */
    static final long RANGE = 4 * Long.BYTES + 4 * Float.BYTES;

    private static final long WEIGHTS = 3 * Long.BYTES;
    private static final long MOMENT = WEIGHTS + 2 * Double.BYTES;

    private final MemorySegment device;
    private final MemorySegment[] sides;
    private final long first;
    private int side;
    /** How much of its own each sample keeps. */
    private float share = 1;

    /**
     * At a place on the device.
     *
     * @param one where Java writes them
     * @param other where Java writes those of the next run while the first are copied
     * @param first the number of the first sample of each run in its batch
     */
    RunNumbers(MemorySegment device, MemorySegment one, MemorySegment other, long first) {
        this.device = device;
        this.sides = new MemorySegment[] {one, other};
        this.first = first;
    }

    /** What those of a session take in which so many ranges are updated at most, in bytes. */
    static long bytes(int ranges) {
        return MOMENT + RANGE * ranges;
    }

    /** Says how much of its own each sample keeps in the next runs; all of it until then. */
    void share(float ofOwn) {
        share = ofOwn;
    }

    /** Where on the device that is said, or how much is left of 1, both in float64: how much scores count when steps are done again. */
    long weight(boolean again) {
        return device.address() + WEIGHTS + (again ? Double.BYTES : 0);
    }

    /** Where they lie on the device, what randomness depends on at the beginning. */
    MemorySegment device() {
        return device;
    }

    /** Where a range lies on the device. */
    long range(int index) {
        return device.address() + MOMENT + RANGE * index;
    }

    /** What was written for the next run. */
    MemorySegment host() {
        return sides[side];
    }

    /** What is written from now on is for the run behind the next. */
    void turn() {
        side = 1 - side;
    }

    /** Has the steps of the next run read seed and training step, if they read any. */
    void moment(@Nullable RandomState random) {
        MemorySegment to = host();
        to.set(JAVA_LONG, 0, random == null ? 0 : random.seed());
        to.set(JAVA_LONG, Long.BYTES, random == null ? 0 : random.step());
        to.set(JAVA_LONG, 2 * Long.BYTES, first);
        to.set(JAVA_DOUBLE, WEIGHTS, share);
        to.set(JAVA_DOUBLE, WEIGHTS + Double.BYTES, 1 - (double) share);
    }

    /**
     * Writes a range of the next run.
     *
     * @param pieces how many pieces the ranges have that the same launch goes over before
     */
    void range(int index, UpdateLoops.Run run, long from, long n, long pieces) {
        write(host(), MOMENT + RANGE * index, run, from, n, pieces);
    }

    /** Writes a range to some place. */
    static void write(MemorySegment to, long at, UpdateLoops.Run run, long from, long n, long pieces) {
        to.set(JAVA_LONG, at, run.first() + from);
        to.set(JAVA_LONG, at + Long.BYTES, run.state() + from);
        to.set(JAVA_LONG, at + 2 * Long.BYTES, n);
        to.set(JAVA_LONG, at + 3 * Long.BYTES, pieces);
        long numbers = at + 4 * Long.BYTES;
        to.set(JAVA_FLOAT, numbers, run.rate());
        to.set(JAVA_FLOAT, numbers + Float.BYTES, run.kept());
        to.set(JAVA_FLOAT, numbers + 2 * Float.BYTES, run.penalty());
        to.set(JAVA_FLOAT, numbers + 3 * Float.BYTES, run.correction());
    }
}
