package dev.striate.runtime.backend;

/** What times the steps of a session's runs. */
public interface StepClock {
    /** A step begins. */
    void begin(int step);

    /** A step ends. */
    void end(int step);

    /** How long a step took in the last run, in nanoseconds, when that is over. */
    long nanos(int step);

    /** A clock of the thread that runs the steps. */
    static StepClock here(int steps) {
        long[] nanos = new long[steps];
        return new StepClock() {
            @Override
            public void begin(int step) {
                nanos[step] = System.nanoTime();
            }

            @Override
            public void end(int step) {
                nanos[step] = System.nanoTime() - nanos[step];
            }

            @Override
            public long nanos(int step) {
                return nanos[step];
            }
        };
    }
}
