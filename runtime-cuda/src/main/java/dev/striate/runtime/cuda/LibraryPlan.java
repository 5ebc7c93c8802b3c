package dev.striate.runtime.cuda;

/** A call of a library with all that follows from shapes, ready to be made on any operands. */
interface LibraryPlan extends AutoCloseable {
    /** Bytes of scratch memory. */
    long workspace();

    /**
     * Makes the call.
     *
     * @param bias 0 where there is none
     */
    void run(long first, long second, long bias, long result, long scratch, long stream);

    @Override
    void close();
}
