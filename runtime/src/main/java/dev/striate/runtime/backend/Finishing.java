package dev.striate.runtime.backend;

import java.util.function.Function;

/**
 * A backend with another recorder, such as one that looks at each program once it is bound.
 *
 * @param backend does the work
 * @param recorder the recorder of a session that reads the given weights
 */
record Finishing(Backend backend, Function<Weights, Binder> recorder) implements Backend {
    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public UpdateLoops updates() {
        return backend.updates();
    }

    @Override
    public KernelTable kernels() {
        return backend.kernels();
    }

    @Override
    public Binder binder(Weights weights) {
        return recorder.apply(weights);
    }
}
