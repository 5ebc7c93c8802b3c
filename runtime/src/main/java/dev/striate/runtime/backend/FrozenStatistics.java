package dev.striate.runtime.backend;

import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradWeight;
import dev.striate.core.kernel.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Batch normalization whose running statistics are not renewed in training: it normalizes by them, forward and backward,
 * as in inference.
 */
final class FrozenStatistics {
    /** A step with other operands, perhaps by another kernel. */
    record Recorded(Kernel kernel, List<Value> operands) {}

    /** By a statistic of a batch, the running statistic that takes its place. */
    private final Map<Value, Value> running = new HashMap<>();

    /**
     * What is recorded for a step.
     *
     * @param operands the data operands, then the parameters
     * @param path the path that the parameters belong to
     * @param learns whether the new value of a statistic is computed
     */
    Recorded apply(Kernel kernel, List<Value> operands, String path, Predicate<String> learns) {
        return switch (kernel) {
            case BatchNorm norm
            when norm.ofBatch() && !learns.test(path + ".running_mean") -> {
                int stored = operands.size() - 2;
                running.put(operands.get(norm.mean()), operands.get(stored));
                running.put(operands.get(norm.mean() + 1), operands.get(stored + 1));
                yield new Recorded(kernel, replaced(operands));
            }
            case BatchNormGradWeight gradient -> new Recorded(kernel, replaced(operands));
            case BatchNormGradInput gradient
            when running.containsKey(operands.get(2)) -> {
                Value variance = replaced(operands).get(3);
                BatchNorm inference = BatchNorm.batchNorm(gradient.norm().eps());
                yield new Recorded(
                        BatchNormGradInput.batchNormGradInput(inference),
                        List.of(operands.get(0), operands.get(4), variance));
            }
            default -> new Recorded(kernel, operands);
        };
    }

    private List<Value> replaced(List<Value> operands) {
        List<Value> all = new ArrayList<>();
        operands.forEach(x -> all.add(running.getOrDefault(x, x)));
        return all;
    }
}
