package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;

/**
 * What one of several devices computes together with the others, as NCCL does it. Every device makes the same calls with the same
 * counts, each on a thread of its own; what has a stream is done in its order, once all devices have come there. All methods throw
 * {@link DeviceException} with the library's reason when a call fails, or when {@link #abort} was called on any of the devices.
 */
public interface Collective {
    /** An operation that adds up the numbers of all devices, those of this one times a weight: a handle, which {@link #free} frees. */
    long weightedSum(float weight);

    /** Frees an operation. */
    void free(long operation);

    /** Replaces float32 numbers by what an operation makes of those of all devices: the same bits everywhere. */
    void reduce(long operation, long numbers, long count, long stream);

    /** Replaces an unsigned number of 64 bits by the largest of all devices. */
    void largest(long number, long stream);

    /** Ends whatever any of the devices does or waits for here: one of them does not go on. */
    void abort();

    /**
     * Frees it, when nothing is left to be done and all operations are freed. Those of all devices are freed, one after another. Nothing
     * happens where they were aborted, and it never fails.
     */
    void close();
}
