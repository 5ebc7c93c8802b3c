package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A kind of kernel that several factories can do, of which the fastest does. Where fewer than two can, none does: then it
 * is for the table to choose.
 *
 * @param <K> the description
 * @param tuner says which is the fastest
 * @param candidates the factories by name
 */
public record Tuned<K extends Kernel>(Tuner tuner, Map<String, KernelFactory<K>> candidates)
        implements KernelFactory<K> {
    private Map<String, KernelFactory<K>> fitting(K kernel, List<Sizes> operands) {
        Map<String, KernelFactory<K>> fitting = new LinkedHashMap<>(candidates);
        fitting.values().removeIf(candidate -> !candidate.accepts(kernel, operands));
        return fitting;
    }

    private KernelFactory<K> fastest(K kernel, List<Sizes> operands) {
        return tuner.fastest(kernel, operands, fitting(kernel, operands));
    }

    @Override
    public boolean accepts(K kernel, List<Sizes> operands) {
        return fitting(kernel, operands).size() > 1;
    }

    @Override
    public Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return fastest(kernel, operands).layout(kernel, operands, result, now);
    }

    @Override
    public long workspace(K kernel, List<Sizes> operands) {
        return fastest(kernel, operands).workspace(kernel, operands);
    }

    @Override
    public long workerMemory(K kernel, List<Sizes> operands) {
        return fastest(kernel, operands).workerMemory(kernel, operands);
    }

    @Override
    public Runnable bind(K kernel, Operands operands) {
        List<Sizes> shapes = operands.in().stream().map(Tensor::shape).toList();
        return fastest(kernel, shapes).bind(kernel, operands);
    }
}
