package dev.striate.runtime.backend;

import java.lang.foreign.MemorySegment;

/**
 * The share that one session has of a device with memory of its own. Its kernels are bound to segments whose addresses are the
 * device's: nothing may be read or written through them. What Java reads and writes are mirrors on its side, which are copied
 * before and after the steps of each run. The calls of a step that a kernel table bound only tell the device what to do.
 */
public interface DeviceSession extends AutoCloseable {
    /** When the two sides of a mirror become equal. */
    enum Copied {
        /** From Java's side to the device, before the steps of every run. */
        BEFORE_EACH_RUN,
        /** As {@link #BEFORE_EACH_RUN}, of runs that begin with other weights than the one before. */
        WITH_NEW_WEIGHTS,
        /** From the device, behind the steps of every run. */
        AFTER_EACH_RUN
    }

    /**
     * Memory of the device, for as long as the session is open.
     *
     * @throws OutOfMemoryError when there is not enough; the message says how much there is
     */
    MemorySegment allocate(long bytes);

    /** Sets memory to zero, before the first run. */
    void clear(MemorySegment device);

    /**
     * Keeps two pieces of memory equal.
     *
     * @param host on Java's side, for as long as the session is open
     * @param device a part of what was allocated, of the same size
     */
    void mirror(MemorySegment host, MemorySegment device, Copied when);

    /** Called once when all steps are bound: compiles what they need. */
    void ready();

    /**
     * Begins a run: before its steps.
     *
     * @param newWeights whether the weights are others than in the run before, or this is the first
     */
    void begin(boolean newWeights);

    /**
     * Ends a run: the steps are done, and the mirrors filled, when this returns.
     *
     * @throws IllegalArgumentException when a step read a value that no loss or metric can read; the message is for the user
     * @throws IllegalStateException when the device failed; the message is for the user
     */
    void end();

    /** Called behind every run; one that did not come to its {@link #end} is given up. */
    void stop();

    /** Frees the memory. */
    @Override
    void close();
}
