package dev.striate.runtime.backend;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs kernels before they are needed, so that the JIT compiler knows them by the first call. The first session that
 * holds a kernel runs it for a while. A kernel that is not {@link Described} has nothing to warm, and one with little work
 * takes longer to warm than its first runs take.
 */
final class WarmUp {
    /** Bytes that a step touches from which on it is worth its warm-up. */
    private static final long WORTH = 1 << 20;

    /** Two loops of a kernel are compiled one after the other, in some 50 ms each. */
    private static final long NANOS = 120_000_000;

    private static final Set<String> WARM = ConcurrentHashMap.newKeySet();

    private WarmUp() {}

    /** Warms the kernels of steps whose results nobody needs yet. */
    static void run(List<Step> steps) {
        for (Step step : steps) {
            if (step.action() instanceof Described kernel
                    && bytes(step) >= WORTH
                    && WARM.add(step.kernel.getClass().getSimpleName() + ", " + kernel.kernel())) {
                warm(kernel);
            }
        }
    }

    private static void warm(Runnable kernel) {
        long begin = System.nanoTime();
        do {
            kernel.run();
        } while (System.nanoTime() - begin < NANOS);
    }

    private static long bytes(Step step) {
        return step.storage.bytes
                + step.operands.stream().mapToLong(x -> x.storage.bytes).sum();
    }
}
