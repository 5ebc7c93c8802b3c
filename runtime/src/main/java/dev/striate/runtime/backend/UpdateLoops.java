package dev.striate.runtime.backend;

import java.lang.foreign.MemorySegment;

/**
 * The loops of optimizers over weights, gradients and state, in float32 and one pass over memory. Every implementation
 * rounds each operation, in the same order, so that all give the same bits.
 */
public interface UpdateLoops {
    /** One element after the other. */
    UpdateLoops PLAIN = new PlainUpdateLoops();

    /**
     * What a loop runs over.
     *
     * @param weights changed in place
     * @param gradients in the same order
     * @param first the first element of both
     * @param state the first element of the optimizer's state
     * @param n how many
     * @param penalty this times the weight is added to each gradient
     * @param rate the learning rate
     */
    record Run(
            MemorySegment weights, MemorySegment gradients, long first, long state, long n, float penalty, float rate) {
        /** A part of it. */
        public Run part(long from, long count) {
            return new Run(weights, gradients, first + from, state + from, count, penalty, rate);
        }
    }

    /** {@code w -= rate * g}. */
    void descend(Run run);

    /** {@code v = momentum * v + g; w -= rate * v}; with Nesterov's momentum {@code w -= rate * (g + momentum * v)}. */
    void momentum(Run run, MemorySegment velocity, float momentum, boolean nesterov);

    /** {@code m} and {@code s} follow g and its square; {@code w = kept * w - rate * m / (sqrt(s) / correction + eps)}. */
    void adam(
            Run run,
            MemorySegment mean,
            MemorySegment squares,
            float beta1,
            float beta2,
            float kept,
            float correction,
            float eps);

    /**
     * {@code s = alpha * s + share * g * g; v = g / (sqrt(s) + eps)}, and with momentum {@code v += momentum * velocity},
     * which it then is; {@code w -= rate * v}.
     *
     * @param share what the new square counts: {@code 1 - alpha}, or 1 for Adagrad's sum
     * @param velocity not read without momentum
     */
    void scaled(
            Run run,
            MemorySegment squares,
            MemorySegment velocity,
            float alpha,
            float share,
            float eps,
            float momentum);
}
