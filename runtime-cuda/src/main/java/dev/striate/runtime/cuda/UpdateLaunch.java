package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.UpdateLoops;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.UpdateKernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A launch of an optimizer's loop over some ranges. */
final class UpdateLaunch {
    /** The positions of arguments. */
    private static final int RANGES = 4;

    private static final int COUNT = 5;
    private static final int PIECES = 6;

    private long function;
    private final long[] args = new long[8];

    /**
     * Becomes one over no ranges yet.
     *
     * @param function the kernel
     * @param run one of the ranges to come
     * @param a the first state of the optimizer
     * @param b the second
     * @param ranges where the first range lies on the device
     * @param gate behind which nothing changes
     */
    void begin(long function, UpdateLoops.Run run, MemorySegment a, MemorySegment b, long ranges, long gate) {
        this.function = function;
        args[0] = run.weights().address();
        args[1] = run.gradients().address();
        args[2] = a.address();
        args[3] = b.address();
        args[RANGES] = ranges;
        args[COUNT] = 0;
        args[PIECES] = 0;
        args[7] = gate;
    }

    /** Whether it is of the same loop over the same memory. */
    boolean takes(long ofFunction, UpdateLoops.Run run, MemorySegment a, MemorySegment b) {
        return function == ofFunction
                && args[0] == run.weights().address()
                && args[1] == run.gradients().address()
                && args[2] == a.address()
                && args[3] == b.address();
    }

    /** Goes over the next range, too, which has so many elements. */
    void add(long n) {
        args[COUNT]++;
        args[PIECES] += Math.ceilDiv(n, (long) UpdateKernels.PIECE);
    }

    /** How many pieces its ranges have. */
    long pieces() {
        return args[PIECES];
    }

    /** Becomes what another is. */
    void copy(UpdateLaunch other) {
        function = other.function;
        System.arraycopy(other.args, 0, args, 0, args.length);
    }

    /** Whether both tell the device the same. */
    boolean isLike(UpdateLaunch other) {
        return function == other.function && Arrays.equals(args, other.args);
    }

    /** Gives it to a stream. */
    void enqueue(Driver driver, long stream) {
        driver.launch(function, Math.clamp(pieces(), 1, Call.MOST_BLOCKS), Call.BLOCK, args, stream);
    }
}
