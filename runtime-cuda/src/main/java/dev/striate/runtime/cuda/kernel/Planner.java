package dev.striate.runtime.cuda.kernel;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import java.util.List;

/**
 * Says what a kind of kernel becomes on a device: a pure function of description and shapes.
 *
 * @param <K> the description
 */
@FunctionalInterface
interface Planner<K extends Kernel> {
    /**
     * The work of one step.
     *
     * @param in the shapes of the data operands, then of the kernel's parameters
     * @param out the shape of the result
     */
    Work plan(K kernel, List<Sizes> in, Sizes out);
}
