package dev.striate.runtime.backend;

/** A backend that another module brings, found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The name by which a user asks for it, such as {@code cuda}. */
    String name();

    /**
     * Why it cannot run in this process and what to do about it, in a few words; empty when it can. Asking must be cheap where
     * the machine does not have what it needs: every process that looks for the best backend does.
     */
    String whyNot();

    /** The backend, the same one every time; only where {@link #whyNot} is empty. */
    Backend backend();
}
