package dev.striate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The peak of fused multiply-adds that this machine reaches: a loop that touches no memory. */
final class Peak {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int STEPS = 4_000_000;
    private static final int ROUNDS = 8;

    private Peak() {}

    /** Billions of floating-point operations a second of some threads at once, a fused multiply-add counted as two. */
    static double gflops(int threads) {
        double best = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int round = 0; round < ROUNDS; round++) {
                best = Math.max(best, round(pool, threads));
            }
        }
        return best;
    }

    private static double round(ExecutorService pool, int threads) {
        long start = System.nanoTime();
        List<Future<Float>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(pool.submit(() -> chains(STEPS, 0.5f)));
        }
        try {
            for (Future<Float> one : all) {
                if (one.get().isNaN()) {
                    throw new IllegalStateException("the loop is not to end with NaN");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        double operations = 2.0 * CHAINS * SPECIES.length() * STEPS * threads;
        return operations / (System.nanoTime() - start);
    }

    /** Twelve independent chains: more than the latency times the number of units of any current processor. */
    private static float chains(int steps, float factor) {
        FloatVector m = FloatVector.broadcast(SPECIES, factor);
        FloatVector a = m;
        FloatVector b = m;
        FloatVector c = m;
        FloatVector d = m;
        FloatVector e = m;
        FloatVector f = m;
        FloatVector g = m;
        FloatVector h = m;
        FloatVector i = m;
        FloatVector j = m;
        FloatVector k = m;
        FloatVector l = m;
        for (int step = 0; step < steps; step++) {
            a = a.fma(m, m);
            b = b.fma(m, m);
            c = c.fma(m, m);
            d = d.fma(m, m);
            e = e.fma(m, m);
            f = f.fma(m, m);
            g = g.fma(m, m);
            h = h.fma(m, m);
            i = i.fma(m, m);
            j = j.fma(m, m);
            k = k.fma(m, m);
            l = l.fma(m, m);
        }
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l)
                .lane(0);
    }
}
