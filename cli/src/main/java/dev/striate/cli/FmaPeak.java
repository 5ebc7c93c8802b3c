package dev.striate.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How many fused multiply-adds the machine does, measured. */
final class FmaPeak {
    /** Elements that lie in the first cache with room to spare, and leave a loop long enough not to count. */
    private static final int ELEMENTS = 4096;

    /** Multiply-adds of one element: enough to hide its load and store. */
    private static final int DEPTH = 8;

    private static final int PASSES = 2_000;
    private static final int ROUNDS = 20;

    private FmaPeak() {}

    /** The most that so many threads reached together, in GFLOP/s; takes some 50 ms. */
    static double measure(int threads) {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Callable<Double>> tasks = Collections.nCopies(threads, FmaPeak::best);
            double sum = 0;
            for (Future<Double> rate : pool.invokeAll(tasks)) {
                sum += rate.get();
            }
            return sum;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the machine was measured", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static double best() {
        float[] values = new float[ELEMENTS];
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < PASSES; i++) {
                pass(values, 0.5f, 0.25f);
            }
            rates.add(2.0 * DEPTH * ELEMENTS * PASSES / (System.nanoTime() - begin));
        }
        return Collections.max(rates);
    }

    /** The JIT compiler makes vectors of it, and the processor runs several elements at once. */
    private static void pass(float[] values, float factor, float summand) {
        for (int i = 0; i < values.length; i++) {
            float v = values[i];
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            v = Math.fma(v, factor, summand);
            values[i] = v;
        }
    }
}
