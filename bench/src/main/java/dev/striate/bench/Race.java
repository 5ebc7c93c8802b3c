package dev.striate.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Runs contestants in turns. What the machine does besides hits all of them alike, so that the ratio of their medians can
 * be trusted where the times cannot.
 */
final class Race {
    /** One turn lasts this long, or one run where that is longer. */
    private static final long TURN = 150_000_000;

    /** Everybody runs this long before it counts, and at least {@link #LEAST_WARM} times; Java compiles meanwhile. */
    private static final long WARM = 4_000_000_000L;

    private static final int LEAST_WARM = 4;

    /** A turn begins with runs that do not count, for this long, and bring caches and sleeping processors back. */
    private static final long START = 30_000_000;

    /** Unless a run is longer than this. */
    private static final long LONG = 100_000_000;

    /** Milliseconds between turns: threads of peers go on spinning for some time when they have nothing to do. */
    private static final long REST = 60;

    private final List<Contestant> contestants;
    private final int[] runs;
    private final boolean[] isLong;
    private final long[][] times;

    private Race(List<Contestant> contestants, int rounds) {
        this.contestants = contestants;
        this.runs = new int[contestants.size()];
        this.isLong = new boolean[contestants.size()];
        this.times = new long[contestants.size()][rounds];
    }

    /** The median time of one run of each contestant, in nanoseconds. */
    static long[] medians(List<Contestant> contestants, int rounds) {
        Race race = new Race(contestants, rounds);
        for (int i = 0; i < contestants.size(); i++) {
            race.warm(i);
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < contestants.size(); i++) {
            order.add(i);
        }
        for (int round = 0; round < rounds; round++) {
            for (int i : order) {
                race.times[i][round] = race.turn(i);
            }
            Collections.rotate(order, 1);
        }
        return Arrays.stream(race.times).mapToLong(Race::median).toArray();
    }

    private void warm(int index) {
        Contestant c = contestants.get(index);
        c.begin();
        long start = System.nanoTime();
        int count = 0;
        while (count < LEAST_WARM || System.nanoTime() - start < WARM) {
            c.run();
            count++;
        }
        long one = Math.max(1, timed(c, 1));
        runs[index] = Math.clamp(TURN / one, 1, Integer.MAX_VALUE);
        isLong[index] = one > LONG;
        c.end();
    }

    private long turn(int index) {
        Contestant c = contestants.get(index);
        c.begin();
        long start = System.nanoTime();
        while (!isLong[index] && System.nanoTime() - start < START) {
            c.run();
        }
        long time = timed(c, runs[index]);
        c.end();
        rest();
        return time;
    }

    private static void rest() {
        try {
            Thread.sleep(REST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted between two turns", e);
        }
    }

    private static long timed(Contestant c, int runs) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) {
            c.run();
        }
        return (System.nanoTime() - start) / runs;
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
