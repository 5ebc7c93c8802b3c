package dev.striate.runtime.cuda.driver;

import dev.striate.runtime.backend.DeviceException;
import java.lang.foreign.MemorySegment;

/**
 * The calls of the CUDA driver. Addresses and handles are numbers, 0 for none. What has a stream is done in the order of that
 * stream, some time after the call returns, unless the stream is being captured. All methods throw
 * {@link DeviceException} with the driver's reason when a call fails.
 */
public interface Driver {
    /** What the device is, in a few words. */
    String description();

    /** The device's compute capability, such as 90 for 9.0. */
    int capability();

    /** Makes the calling thread one that may call the other methods. */
    void enter();

    /**
     * Memory of the device.
     *
     * @throws OutOfMemoryError when there is not enough; the message says how much there is
     */
    long allocate(long bytes);

    /** Frees memory of the device. */
    void free(long address);

    /** Lets the device read and write Java's memory directly, until {@link #unpin}. */
    void pin(MemorySegment memory);

    /** Ends {@link #pin}. */
    void unpin(MemorySegment memory);

    /** A new stream. */
    long stream();

    /** Frees a stream. */
    void freeStream(long stream);

    /** A new event: a place in a stream, once it is recorded. */
    long event();

    /** A new event that notes when it was passed, for {@link #nanos}. */
    long timer();

    /** The nanoseconds between two timers that were passed, to about half a microsecond. */
    long nanos(long from, long to);

    /** Frees an event. */
    void freeEvent(long event);

    /** Makes an event the present end of a stream. */
    void record(long event, long stream);

    /** What is given to a stream from now on is done when an event has been passed; one that was never recorded has. */
    void waitFor(long event, long stream);

    /** Returns when an event has been passed. */
    void awaitEvent(long event);

    /** Copies to the device. */
    void upload(long to, MemorySegment from, long stream);

    /** Copies from the device. */
    void download(MemorySegment to, long from, long stream);

    /** Copies on the device. */
    void copy(long to, long from, long bytes, long stream);

    /** Sets bytes on the device. */
    void fill(long to, byte value, long bytes, long stream);

    /** Loads machine code. */
    long load(byte[] code);

    /** Unloads machine code. */
    void unload(long module);

    /** A kernel of a module by its name. */
    long function(long module, String name);

    /**
     * Launches a kernel whose parameters are all addresses, or other numbers of 64 bits.
     *
     * @param blocks how many blocks
     * @param threads how many threads a block has
     */
    void launch(long function, int blocks, int threads, long[] args, long stream);

    /** From now on, until {@link #endCapture}, what is given to a stream is noted and not done. */
    void beginCapture(long stream);

    /** Makes a graph of what was noted. */
    long endCapture(long stream);

    /** Does all that a graph noted. */
    void replay(long graph, long stream);

    /** Frees a graph. */
    void freeGraph(long graph);

    /** Returns when all that was given to a stream is done. */
    void await(long stream);
}
