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

    /** The line goes to and fro for this long, in nanoseconds, so that it takes no longer where there is one processor. */
    private static final long LONG_ENOUGH = 20_000_000;

    private static final int HERE = 0;
    private static final int THERE = 1;
    private static final int OVER = 2;

    private Handover() {}

    /** The mean of many times, in nanoseconds, while nothing else runs. */
    static double nanos() {
        AtomicInteger ball = new AtomicInteger();
        Thread other = Thread.ofPlatform().daemon().start(() -> giveBack(ball));
        try {
            Thread.sleep(REST);
            long start = System.nanoTime();
            long trips = 0;
            do {
                ball.set(THERE);
                while (ball.get() != HERE) {
                    Thread.onSpinWait();
                }
                trips++;
            } while (System.nanoTime() - start < LONG_ENOUGH);
            long time = System.nanoTime() - start;
            ball.set(OVER);
            other.join();
            return time / (2.0 * trips);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between two turns", e);
        }
    }

    private static void giveBack(AtomicInteger ball) {
        while (ball.get() != OVER) {
            if (ball.get() == THERE) {
                ball.set(HERE);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** What a measurement says of it, before and after. */
    static String note(double before, double after) {
        return String.format(Locale.ROOT, "from thread to thread %.0f ns before, %.0f ns after", before, after);
    }
}
