package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import java.util.List;

/**
 * How a backend implements one kind of kernel.
 *
 * @param <K> the description that it implements
 */
@FunctionalInterface
public interface KernelFactory<K extends Kernel> {
    /**
     * The kernel for given operands. What it returns is run many times, by one thread at a time, and allocates nothing.
     */
    Runnable bind(K kernel, Operands operands);

    /**
     * The scratch memory that the kernel needs while it runs, in bytes; none by default.
     *
     * @param operands the shapes of the data operands and then of the kernel's parameters
     */
    default long workspace(K kernel, List<Sizes> operands) {
        return 0;
    }
}
