package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which kernels a backend has: for each kind of description, what implements it. */
public final class KernelTable {
    private final Map<Class<? extends Kernel>, KernelFactory<? extends Kernel>> factories = new HashMap<>();

    /** Adds a kind of kernel and returns this. */
    public <K extends Kernel> KernelTable add(Class<K> kind, KernelFactory<K> factory) {
        factories.put(kind, factory);
        return this;
    }

    /** Whether there is an implementation for a kind of kernel. */
    public boolean supports(Class<? extends Kernel> kind) {
        return factories.containsKey(kind);
    }

    /**
     * The scratch memory that a kernel needs, in bytes.
     *
     * @throws IllegalArgumentException when there is no implementation
     */
    public long workspace(Kernel kernel, List<Sizes> operands) {
        return factory(kernel).workspace(kernel, operands);
    }

    /**
     * A runnable kernel.
     *
     * @throws IllegalArgumentException when there is no implementation
     */
    public Runnable bind(Kernel kernel, Operands operands) {
        return factory(kernel).bind(kernel, operands);
    }

    @SuppressWarnings("unchecked") // add() takes only a class and a factory of the same kernel
    private KernelFactory<Kernel> factory(Kernel kernel) {
        KernelFactory<? extends Kernel> factory = factories.get(kernel.getClass());
        if (factory == null) {
            throw new IllegalArgumentException(
                    "this backend has no kernel for " + kernel.getClass().getSimpleName());
        }
        return (KernelFactory<Kernel>) factory;
    }
}
