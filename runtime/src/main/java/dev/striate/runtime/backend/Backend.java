package dev.striate.runtime.backend;

/** A way to run nets on a kind of machine. Backends are thread-safe and live as long as the process. */
public interface Backend {
    /** The name by which a user asks for it, such as {@code cpu}. */
    String name();

    /** What it is on this machine, in a few words: library, version, threads. */
    String description();

    /** The kernels for one session, together with whatever its runs share. */
    KernelTable kernels();

    /** The loops of optimizers. */
    default UpdateLoops updates() {
        return UpdateLoops.plain();
    }

    /** A recorder for one session that reads the given weights. */
    default Binder binder(Weights weights) {
        return new Binder(this, weights);
    }
}
