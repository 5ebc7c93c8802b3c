package dev.striate.runtime.backend;

import dev.striate.runtime.backend.reference.ReferenceBackend;

/** The backends that there are. */
public final class Backends {
    private static final Backend REFERENCE = new ReferenceBackend();

    private Backends() {}

    /** Obvious loops in one thread: what the other backends are compared with. */
    public static Backend reference() {
        return REFERENCE;
    }
}
