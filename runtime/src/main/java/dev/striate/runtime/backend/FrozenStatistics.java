package dev.striate.runtime.backend;

import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.Fused;
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

    /** A running mean and a running variance. */
    private record Statistics(Value mean, Value variance) {}

    /** By the moments of a batch, the running statistics that take their place. */
    private final Map<Value, Statistics> running = new HashMap<>();

    /**
     * What is recorded for a step.
     *
     * @param operands the data operands, then the parameters
     * @param path the path that the parameters belong to
     * @param learns whether the new value of a statistic is computed
     */
    Recorded apply(Kernel kernel, List<Value> operands, String path, Predicate<String> learns) {
        return switch (kernel) {
            case Fused fused -> {
                Recorded own = apply(fused.anchor(), fused.ofAnchor(operands), path, learns);
                int data = own.kernel().dataOperands();
                List<Value> all = new ArrayList<>(own.operands().subList(0, data));
                all.addAll(fused.ofEpilogue(operands));
                all.addAll(own.operands().subList(data, own.operands().size()));
                yield new Recorded(new Fused(own.kernel(), fused.epilogue()), all);
            }
            case BatchNorm norm
            when norm.ofBatch() && !learns.test(path + ".running_mean") -> {
                int stored = operands.size() - 2;
                running.put(operands.get(1), new Statistics(operands.get(stored), operands.get(stored + 1)));
                List<Value> others = new ArrayList<>(operands);
                others.remove(1);
                yield new Recorded(BatchNorm.batchNorm(norm.eps()), others);
            }
            case BatchNormGradSums(BatchNorm norm)
            when running.get(operands.get(2)) instanceof Statistics(Value mean, Value variance) ->
                new Recorded(
                        BatchNormGradSums.batchNormGradSums(BatchNorm.batchNorm(norm.eps())),
                        List.of(operands.get(0), operands.get(1), mean, variance));
            case BatchNormGradInput(BatchNorm norm)
            when running.get(operands.get(2)) instanceof Statistics(Value mean, Value variance) ->
                new Recorded(
                        BatchNormGradInput.batchNormGradInput(BatchNorm.batchNorm(norm.eps())),
                        List.of(operands.get(0), operands.get(3), variance));
            default -> new Recorded(kernel, operands);
        };
    }
}
