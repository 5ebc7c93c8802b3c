package dev.striate.runtime.cuda.kernel;

import dev.striate.core.kernel.Kernel;

/**
 * Says what a kind of kernel becomes on a device: a pure function of description and operands.
 *
 * @param <K> the description
 */
@FunctionalInterface
interface Planner<K extends Kernel> {
    /**
     * The work of one step.
     *
     * @param site what it works on
     */
    Work plan(K kernel, Site site);
}
