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
     * The scratch memory that the kernel needs while it runs on operands that lie as {@link #layout} said, in bytes; none
     * by default.
     *
     * @param operands the shapes of the data operands and then of the kernel's parameters
     */
    default long workspace(K kernel, List<Sizes> operands) {
        return 0;
    }

    /**
     * The scratch memory that the threads need beside {@link #workspace}, in bytes, all of them together; none by default. It
     * is at the same place in all steps of a session: where processors share no cache, what a thread writes is then in its own.
     *
     * @param operands the shapes of the data operands and then of the kernel's parameters
     */
    default long workerMemory(K kernel, List<Sizes> operands) {
        return 0;
    }

    /**
     * Whether it can do a kernel of its kind; else the one that was added to the table before it does.
     *
     * @param operands the shapes of the data operands and then of the kernel's parameters
     */
    default boolean accepts(K kernel, List<Sizes> operands) {
        return true;
    }

    /**
     * How the operands shall lie in memory, and how the result lies then; in row-major order by default.
     *
     * @param operands the shapes of the data operands and then of the kernel's parameters
     * @param result the shape of the result
     * @param now the lanes of each operand as it is computed: one that is wanted otherwise is copied first
     */
    default Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return Layout.plain(operands.size());
    }
}
