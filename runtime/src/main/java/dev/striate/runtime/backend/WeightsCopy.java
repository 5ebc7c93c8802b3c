package dev.striate.runtime.backend;

import java.lang.foreign.MemorySegment;

/** The values of some {@link Weights} in the memory of a device, which optimizers change there. */
public interface WeightsCopy {
    /**
     * Copies the values to Java's side, once all that was to change them has been done.
     *
     * @param values float32, as many as the weights
     * @throws IllegalStateException when the device failed; the message is for the user
     */
    void fetch(MemorySegment values);
}
