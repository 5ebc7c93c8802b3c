package dev.striate.bench;

/** A library that runs a net at one batch size: forward, or one training step, again and again on the same data. */
interface Contestant extends AutoCloseable {
    /** The library with its version. */
    String name();

    /** The settings that it runs with, for the report. */
    String settings();

    /** Called before some runs: what is one for the whole process is set here. */
    default void begin() {}

    /** Called after some runs: leaves the process as it was. */
    default void end() {}

    /** Computes once. */
    void run();

    /** What the last run computed: the outputs one after the other, or the loss. */
    float[] result();

    @Override
    void close();
}
