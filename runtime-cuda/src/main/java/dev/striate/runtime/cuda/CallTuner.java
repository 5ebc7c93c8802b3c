package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.Tuner;
import dev.striate.runtime.cuda.driver.Driver;
import dev.striate.runtime.cuda.driver.RefusedException;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures on the device in which way a call of a library is the fastest, once for a description, and keeps what came out. */
final class CallTuner {
    /** Each way has so many turns; the fastest counts. */
    private static final int TURNS = 10;

    private final Driver driver;
    private final Tuner tuner;

    /**
     * A tuner of a device.
     *
     * @param tuner keeps the names of the ways
     */
    CallTuner(Driver driver, Tuner tuner) {
        this.driver = driver;
        this.tuner = tuner;
    }

    /** Has a plan take its fastest way; the library's, where there is no memory to measure. */
    void tune(LibraryPlan plan) {
        if (plan.ways().size() == 1) {
            return;
        }
        try {
            plan.take(tuner.choice(plan.description(), plan.ways(), () -> fastest(plan)));
        } catch (OutOfMemoryError e) {
            plan.take(plan.ways().getFirst());
            System.getLogger("dev.striate.runtime")
                    .log(Level.INFO, "not measured: " + plan.description() + ": " + e.getMessage());
        }
    }

    private String fastest(LibraryPlan plan) {
        try (Rehearsal rehearsal = new Rehearsal(driver, plan)) {
            long stream = rehearsal.stream();
            long begin = driver.timer();
            long end = driver.timer();
            try {
                return fastest(plan, () -> {
                    driver.record(begin, stream);
                    rehearsal.run();
                    driver.record(end, stream);
                    driver.awaitEvent(end);
                    return driver.nanos(begin, end);
                });
            } finally {
                driver.freeEvent(begin);
                driver.freeEvent(end);
            }
        }
    }

    /** What makes a call, and says how many nanoseconds it took. */
    private interface Clock {
        long time();
    }

    /** A way that the library names and then refuses is none. The first run of each loads what it needs. */
    private static String fastest(LibraryPlan plan, Clock clock) {
        Map<String, Long> best = new LinkedHashMap<>();
        for (String way : plan.ways()) {
            plan.take(way);
            try {
                clock.time();
                best.put(way, Long.MAX_VALUE);
            } catch (RefusedException e) {
                System.getLogger("dev.striate.runtime")
                        .log(Level.DEBUG, plan.description() + " cannot be done in the way " + way, e);
            }
        }
        if (best.isEmpty()) {
            throw new RefusedException("no algorithm can do " + plan.description());
        }
        for (int turn = 0; turn < TURNS; turn++) {
            best.replaceAll((way, nanos) -> {
                plan.take(way);
                return Math.min(nanos, clock.time());
            });
        }
        return Collections.min(best.entrySet(), Map.Entry.comparingByValue()).getKey();
    }
}
