package dev.striate.runtime.simd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** How many fused multiply-adds the machine does at most, measured: what kernels are compared with. */
public final class FmaPeak {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    /** Sums that do not wait for one another: enough for two units of latency 4, and no more than registers. */
    private static final int SUMS = 12;

    private static final int STEPS = 50_000;
    private static final int ROUNDS = 200;

    private FmaPeak() {}

    /** Whether it can be measured here: the JVM was started with {@code --add-modules jdk.incubator.vector}. */
    public static boolean isMeasurable() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /**
     * The most that threads reach together, in GFLOP/s; a fused multiply-add counts as two. Takes some 50 ms.
     *
     * @param threads how many, at least 1
     */
    public static double measure(int threads) {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            Callable<Double> task = FmaPeak::best;
            double sum = 0;
            for (Future<Double> rate : pool.invokeAll(Collections.nCopies(threads, task))) {
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
        List<Double> rates = new ArrayList<>();
        float sink = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            sink += sums(0.5f, 0.25f);
            rates.add(2.0 * SUMS * S.length() * STEPS / (System.nanoTime() - begin));
        }
        return sink > 0 ? Collections.max(rates) : 0;
    }

    /** The sums are returned, lest the JIT compiler leaves them out. */
    private static float sums(float by, float plus) {
        FloatVector factor = FloatVector.broadcast(S, by);
        FloatVector summand = FloatVector.broadcast(S, plus);
        FloatVector v0 = FloatVector.broadcast(S, 0);
        FloatVector v1 = FloatVector.broadcast(S, 1);
        FloatVector v2 = FloatVector.broadcast(S, 2);
        FloatVector v3 = FloatVector.broadcast(S, 3);
        FloatVector v4 = FloatVector.broadcast(S, 4);
        FloatVector v5 = FloatVector.broadcast(S, 5);
        FloatVector v6 = FloatVector.broadcast(S, 6);
        FloatVector v7 = FloatVector.broadcast(S, 7);
        FloatVector v8 = FloatVector.broadcast(S, 8);
        FloatVector v9 = FloatVector.broadcast(S, 9);
        FloatVector v10 = FloatVector.broadcast(S, 10);
        FloatVector v11 = FloatVector.broadcast(S, 11);
        for (int i = 0; i < STEPS; i++) {
            v0 = v0.fma(factor, summand);
            v1 = v1.fma(factor, summand);
            v2 = v2.fma(factor, summand);
            v3 = v3.fma(factor, summand);
            v4 = v4.fma(factor, summand);
            v5 = v5.fma(factor, summand);
            v6 = v6.fma(factor, summand);
            v7 = v7.fma(factor, summand);
            v8 = v8.fma(factor, summand);
            v9 = v9.fma(factor, summand);
            v10 = v10.fma(factor, summand);
            v11 = v11.fma(factor, summand);
        }
        FloatVector sum = v0.add(v1)
                .add(v2)
                .add(v3)
                .add(v4)
                .add(v5)
                .add(v6)
                .add(v7)
                .add(v8)
                .add(v9)
                .add(v10)
                .add(v11);
        return sum.lane(0);
    }
}
