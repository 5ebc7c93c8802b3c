package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Kernels whose result is the mean over the batch of one number for each sample: losses and metrics. The numbers are
 * added up in the order of the samples, whoever computed them.
 *
 * @param cpu the session's
 * @param binding gives the number of a sample for bound operands, the first of which has the batch in front
 * @param <K> the description
 */
record SampleMean<K extends Kernel>(Cpu cpu, BiFunction<K, Operands, Sample> binding) implements KernelFactory<K> {
    /** The number of one sample. */
    @FunctionalInterface
    interface Sample {
        /** Computes it in a worker's slot. */
        double value(int index, int slot);
    }

    @Override
    public long workspace(K kernel, List<Sizes> operands) {
        return (long) Double.BYTES * operands.get(0).dim(0);
    }

    @Override
    public Runnable bind(K kernel, Operands o) {
        Sample sample = binding.apply(kernel, o);
        MemorySegment values = o.workspace();
        int batch = o.in(0).shape().dim(0);
        Runnable each = cpu.forEach(
                batch,
                o.in(0).shape().elementsFrom(1),
                (index, slot) -> values.setAtIndex(JAVA_DOUBLE, index, sample.value(index, slot)));
        return () -> {
            each.run();
            double sum = 0;
            for (int i = 0; i < batch; i++) {
                sum += values.getAtIndex(JAVA_DOUBLE, i);
            }
            o.out().set(0, (float) (sum / batch));
        };
    }
}
