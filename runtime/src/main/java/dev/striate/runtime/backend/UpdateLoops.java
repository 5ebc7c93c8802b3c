package dev.striate.runtime.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The loops of optimizers over weights, gradients and state, in float32 and one pass over memory. Every implementation
 * rounds each operation, in the same order, so that all give the same bits. The memory is Java's, or that of a device, which
 * does what it is told in order, some time after the call; what belongs to a run ({@link NetSession#learn}), behind its steps.
 */
public interface UpdateLoops {
    /** Those that go one element after the other. */
    static UpdateLoops plain() {
        return PlainUpdateLoops.ONLY;
    }

    /** A loop over a part of a run. */
    @FunctionalInterface
    interface Loop {
        /**
         * Updates elements.
         *
         * @param from the first of them, counted within the run
         * @param n how many
         */
        void run(Run run, long from, long n);
    }

    /** {@code w -= rate * g}. */
    Loop descend();

    /** {@code v = momentum * v + g; w -= rate * v}; with Nesterov's momentum {@code w -= rate * (g + momentum * v)}. */
    Loop momentum(MemorySegment velocity, float momentum, boolean nesterov);

    /** {@code m} and {@code s} follow g and its square; {@code w = kept * w - rate * m / (sqrt(s) / correction + eps)}. */
    Loop adam(MemorySegment mean, MemorySegment squares, float beta1, float beta2, float eps);

    /**
     * {@code s = alpha * s + share * g * g; v = g / (sqrt(s) + eps)}, and with momentum {@code v += momentum * velocity},
     * which it then is; {@code w -= rate * v}.
     *
     * @param share what the new square counts: {@code 1 - alpha}, or 1 for Adagrad's sum
     * @param velocity not read without momentum
     */
    Loop scaled(MemorySegment squares, MemorySegment velocity, float alpha, float share, float eps, float momentum);

    /** {@code w = g}: running statistics, whose new values lie in the places of gradients. */
    default Loop replace() {
        return plain().replace();
    }

    /** {@code g += rate * (other - g)}: gradients blended with others, of which equal ones keep their bits. */
    default Loop blend(MemorySegment other) {
        return plain().blend(other);
    }

    /** Float32 numbers for an optimizer, zero at first, in the memory that the loops go over, until {@code arena} is closed. */
    default MemorySegment state(long count, Arena arena) {
        return arena.allocate(ValueLayout.JAVA_FLOAT, count);
    }

    /**
     * How the gradients that the loops read came to be, in the memory that they go over: three float32 numbers. The first is what gradients
     * begin with and are divided by in the end, so that those of few bits do not vanish in between; the second says how many steps in a row
     * had finite ones; the third is 1 where those of this step are not all finite, else 0. Then nothing changes in it. Empty where gradients
     * are as they are.
     */
    default MemorySegment scale() {
        return MemorySegment.NULL;
    }

    /** A state in Java's memory, once all that was to change it has been done: the same memory, or a copy. */
    default MemorySegment read(MemorySegment state) {
        return state;
    }

    /** Copies a state from Java's memory. */
    default void write(MemorySegment from, MemorySegment state) {
        state.copyFrom(from);
    }

    /** What a loop runs over: elements that lie side by side, and the numbers of the present step. */
    final class Run {
        private final long first;
        private final long state;
        private final long n;
        private final float penalty;
        private MemorySegment weights = MemorySegment.NULL;
        private MemorySegment gradients = MemorySegment.NULL;
        private float rate;
        private float kept = 1;
        private float correction = 1;

        /**
         * A run.
         *
         * @param first the first element of weights and gradients
         * @param state the first element of the optimizer's state
         * @param n how many
         * @param penalty this times the weight is added to each gradient
         */
        public Run(long first, long state, long n, float penalty) {
            this.first = first;
            this.state = state;
            this.n = n;
            this.penalty = penalty;
        }

        /**
         * Begins a step.
         *
         * @param newWeights changed in place
         * @param newGradients in the same order
         * @param newRate the learning rate
         */
        public void step(MemorySegment newWeights, MemorySegment newGradients, float newRate) {
            weights = newWeights;
            gradients = newGradients;
            rate = newRate;
        }

        /**
         * What Adam needs besides in a step.
         *
         * @param newKept the factor on the weight
         * @param newCorrection divides the root of the squares
         */
        public void adam(float newKept, float newCorrection) {
            kept = newKept;
            correction = newCorrection;
        }

        /** The weights, changed in place. */
        public MemorySegment weights() {
            return weights;
        }

        /** The gradients, in the same order. */
        public MemorySegment gradients() {
            return gradients;
        }

        /** The first element of both. */
        public long first() {
            return first;
        }

        /** The first element of the optimizer's state. */
        public long state() {
            return state;
        }

        /** How many elements. */
        public long n() {
            return n;
        }

        /** This times the weight is added to each gradient. */
        public float penalty() {
            return penalty;
        }

        /** The learning rate. */
        public float rate() {
            return rate;
        }

        /** The factor on the weight. */
        public float kept() {
            return kept;
        }

        /** What divides the root of the squares. */
        public float correction() {
            return correction;
        }
    }
}
