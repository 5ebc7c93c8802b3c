package dev.striate.runtime.backend;

import java.util.function.Predicate;

/**
 * A backend whose training sessions compute gradients and running statistics of some paths only: no step runs and no
 * memory is taken below the deepest of them.
 *
 * @param backend does the work
 * @param learns whether the gradient of a parameter, or the new value of a statistic, is computed
 */
public record PartialTraining(Backend backend, Predicate<String> learns) implements Backend {
    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public String description() {
        return backend.description();
    }

    @Override
    public int devices() {
        return backend.devices();
    }

    @Override
    public Part part(int device, int batch) {
        Part whole = backend.part(device, batch);
        return new Part(new PartialTraining(whole.backend(), learns), whole.first(), whole.samples(), batch);
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
        return backend.binder(weights).learning(learns);
    }
}
