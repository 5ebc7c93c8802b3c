package dev.striate.runtime.backend;

import java.util.List;

/** A backend that another module brings, found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The name by which a user asks for it, such as {@code cuda}. */
    String name();

    /**
     * Why it cannot run in this process and what to do about it, in a few words; empty when it can. Asking must be cheap where
     * the machine does not have what it needs: every process that looks for the best backend does.
     */
    String whyNot();

    /** Whether the machine seems to have what it is for, so that a user may wonder why it cannot run. */
    boolean isExpected();

    /** The backend, the same one every time; only where {@link #whyNot} is empty. */
    Backend backend();

    /**
     * The backend on chosen devices, which share the batches of training runs; only where {@link #whyNot} is empty.
     *
     * @param devices their numbers, from 0, all different
     * @throws IllegalStateException when there is no such device, or they cannot be connected; the message says why
     */
    Backend backend(List<Integer> devices);

    /** How many devices there are and whether they can share batches, in a few words; empty when there is one. */
    String devices();
}
