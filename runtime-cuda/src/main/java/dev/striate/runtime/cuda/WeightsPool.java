package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.Weights;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.kernel.Style;
import java.util.HashMap;
import java.util.Map;

/** The weights that lie on the device: one copy of each, for as long as any session is open that reads it. */
final class WeightsPool {
    private final Map<Weights, SharedWeights> copies = new HashMap<>();
    private final Cuda cuda;
    private final CodeCache code;
    private final Style style;
    private final boolean leads;

    /**
     * Without any copies.
     *
     * @param style decides whether gradients are scaled
     * @param leads whether what is learned here becomes the weights' values; else another device learns the same
     */
    WeightsPool(Cuda cuda, CodeCache code, Style style, boolean leads) {
        this.cuda = cuda;
        this.code = code;
        this.style = style;
        this.leads = leads;
    }

    /** The copy of some weights, for one session more. */
    synchronized SharedWeights acquire(Weights weights) {
        SharedWeights copy =
                copies.computeIfAbsent(weights, w -> new SharedWeights(cuda, code, w, style.needsScale(), leads));
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
