package dev.striate.runtime.backend.cpu;

import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.UpdateLoops;

/** Kernels that another module brings for the CPU backend, found by {@link java.util.ServiceLoader}. */
public interface CpuKernels {
    /** Why they cannot run in this process and what to do about it, in a few words; empty when they can. */
    String whyNot();

    /** What they are on this machine, in a few words, such as {@code SIMD of 512 bits}. */
    String description();

    /** The loops of optimizers, by the threads of a pool. */
    UpdateLoops updates(WorkerPool pool);

    /** Adds them to the kernels of one session. */
    void addTo(KernelTable table, Cpu cpu);
}
