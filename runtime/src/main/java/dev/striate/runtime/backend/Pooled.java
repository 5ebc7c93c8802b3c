package dev.striate.runtime.backend;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.core.kernel.Parameter;
import dev.striate.core.kernel.Pool;
import java.util.List;

/**
 * A kernel and the pooling of its result, {@code [N, C, H, W]} to {@code [N, C, OH, OW]}, in one: no generated code asks for
 * it, but a session that is bound has such pairs of steps done so where the backend can and nothing else reads what lies between. Operands: those of the kernel.
 *
 * @param anchor what computes the operand of the pooling, which nothing else reads
 * @param pool the pooling
 */
public record Pooled(Kernel anchor, Pool pool) implements Kernel {
    @Override
    public int dataOperands() {
        return anchor.dataOperands();
    }

    @Override
    public Sizes output(List<Sizes> inputs) {
        return pool.output(List.of(anchor.output(inputs)));
    }

    @Override
    public List<Parameter> params(List<Sizes> inputs) {
        return anchor.params(inputs);
    }
}
