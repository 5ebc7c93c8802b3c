package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.StepClock;
import dev.striate.runtime.cuda.driver.Driver;

/** Times steps by events of their stream, one before and one behind each. */
final class EventClock implements StepClock, AutoCloseable {
    private final Driver driver;
    private final long stream;
    private final long[] begins;
    private final long[] ends;

    EventClock(Driver driver, long stream, int steps) {
        this.driver = driver;
        this.stream = stream;
        this.begins = new long[steps];
        this.ends = new long[steps];
        for (int i = 0; i < steps; i++) {
            begins[i] = driver.timer();
            ends[i] = driver.timer();
        }
    }

    @Override
    public void begin(int step) {
        driver.record(begins[step], stream);
    }

    @Override
    public void end(int step) {
        driver.record(ends[step], stream);
    }

    @Override
    public long nanos(int step) {
        return driver.nanos(begins[step], ends[step]);
    }

    @Override
    public void close() {
        for (int i = 0; i < begins.length; i++) {
            driver.freeEvent(begins[i]);
            driver.freeEvent(ends[i]);
        }
    }
}
