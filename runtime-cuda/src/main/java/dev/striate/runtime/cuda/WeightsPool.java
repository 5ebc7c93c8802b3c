package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.driver.Cuda;
import java.util.HashMap;
import java.util.Map;

/** The weights that lie on the device: one copy of each, for as long as any session is open that reads it. */
final class WeightsPool {
    private final Map<Weights, SharedWeights> copies = new HashMap<>();
    private final Cuda cuda;
    private final CodeCache code;

    WeightsPool(Cuda cuda, CodeCache code) {
        this.cuda = cuda;
        this.code = code;
    }

    /** The copy of some weights, for one session more. */
    synchronized SharedWeights acquire(Weights weights) {
        SharedWeights copy = copies.computeIfAbsent(weights, w -> new SharedWeights(cuda, code, w));
        copy.users++;
        return copy;
    }

    /** One session less reads a copy. */
    synchronized void release(SharedWeights copy) {
        if (--copy.users == 0) {
            copies.values().remove(copy);
            copy.close();
        }
    }
}
