package dev.striate.runtime.cuda;

import java.util.List;

/**
 * A call of a library with all that follows from shapes, ready to be made on any operands. It is made in the first of several ways until
 * another is taken.
 */
interface LibraryPlan extends AutoCloseable {
    /** What decides which way is the fastest, in one line. */
    String description();

    /** The names of the ways, the one first that should be the fastest. */
    List<String> ways();

    /** Makes the call in another way from now on. */
    void take(String way);

    /** The bytes of the operands of {@link #run}: first, second, bias, addend, result. */
    long[] operands();

    /** The places in {@link #operands} of those that may be parameters as they lie in memory, or their gradients. */
    List<Integer> packed();

    /** Bytes of scratch memory. */
    long workspace();

    /**
     * Makes the call.
     *
     * @param bias 0 where there is none
     * @param addend what is added to the result, 0 where nothing is
     */
    void run(long first, long second, long bias, long addend, long result, long scratch, long stream);

    @Override
    void close();
}
