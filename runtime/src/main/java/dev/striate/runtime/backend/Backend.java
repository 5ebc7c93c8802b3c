package dev.striate.runtime.backend;

import dev.striate.core.recipe.Precision;
import java.util.Optional;

/** A way to run nets on a kind of machine. Backends are thread-safe and live as long as the process. */
public interface Backend {
    /** The name by which a user asks for it, such as {@code cpu}. */
    String name();

    /** What it is on this machine, in a few words: library, version, threads. */
    String description();

    /** The kernels for one session, together with whatever its runs share. */
    KernelTable kernels();

    /**
     * The backend that computes in a precision, as a recipe asks for it; empty where there is none.
     *
     * @throws IllegalStateException when there is one, but not on this machine; the message is for the user
     */
    default Optional<Backend> in(Precision precision) {
        return precision == Precision.F32 ? Optional.of(this) : Optional.empty();
    }

    /** How many devices share each batch of a training run. */
    default int devices() {
        return 1;
    }

    /**
     * One of the devices alone.
     *
     * @param device its number, from 0
     */
    default Backend device(int device) {
        return this;
    }

    /**
     * What one of the devices has of a batch. A session that it trains with leaves the gradients of the whole batch: their mean over
     * all samples, the same on every device.
     *
     * @param device its number, from 0
     * @param batch the samples of all devices together
     * @throws IllegalArgumentException when there are fewer samples than devices; the message is for the user
     */
    default Part part(int device, int batch) {
        return Part.whole(this, batch);
    }

    /** The loops of optimizers. */
    default UpdateLoops updates() {
        return UpdateLoops.plain();
    }

    /** A recorder for one session that reads the given weights. */
    default Binder binder(Weights weights) {
        return new Binder(this, weights);
    }
}
