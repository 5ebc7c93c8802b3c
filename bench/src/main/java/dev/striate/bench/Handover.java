package dev.striate.bench;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a line of the cache takes from one thread to another. It tells where the threads run: some 20 ns within processors
 * that share a third cache, ten times as much where they share none, so that all that one thread writes and the other reads
 * takes longer. On a virtual machine that changes with the hours.
 */
final class Handover {
    /** Threads of peers go on spinning for less than these milliseconds. */
    private static final long REST = 100;

    /** The line goes to and fro this often, for so many nanoseconds each time: no longer where there is one processor. */
    private static final int TIMES = 10;

    private static final long EACH = 2_000_000;
    private static final int AT_ONCE = 20;

    private static final int HERE = 0;
    private static final int THERE = 1;
    private static final int OVER = 2;

    private Handover() {}

    /** The least mean of some thousand times, in nanoseconds, while nothing else runs. */
    static double nanos() {
        AtomicInteger ball = new AtomicInteger();
        Thread other = Thread.ofPlatform().daemon().start(() -> giveBack(ball));
        try {
            Thread.sleep(REST);
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < TIMES; i++) {
                least = Math.min(least, mean(ball));
            }
            ball.set(OVER);
            other.join();
            return least;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between two turns", e);
        }
    }

    /** Without the processor's pause instruction, which takes longer than a line, and with few looks at the clock. */
    private static double mean(AtomicInteger ball) {
        long start = System.nanoTime();
        long time;
        long trips = 0;
        do {
            for (int i = 0; i < AT_ONCE; i++) {
                ball.set(THERE);
                while (ball.get() != HERE) {}
            }
            trips += AT_ONCE;
            time = System.nanoTime() - start;
        } while (time < EACH);
        return time / (2.0 * trips);
    }

    private static void giveBack(AtomicInteger ball) {
        while (ball.get() != OVER) {
            if (ball.get() == THERE) {
                ball.set(HERE);
            }
        }
    }

    /** What a measurement says of it, before and after. */
    static String note(double before, double after) {
        return String.format(Locale.ROOT, "from thread to thread %.0f ns before, %.0f ns after", before, after);
    }
}
