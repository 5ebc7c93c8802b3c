package dev.striate.runtime.simd;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.ToLongBiFunction;

/**
 * How a kind of kernel is done where all operands lie in row-major order.
 *
 * @param accepts which kernels of the kind it is for
 * @param workspace the scratch memory, as in {@link KernelFactory#workspace}
 * @param binding the kernel
 */
record RowKernel<K extends Kernel>(
        BiPredicate<K, List<Sizes>> accepts, ToLongBiFunction<K, List<Sizes>> workspace, BlockKernel.Alone<K> binding)
        implements KernelFactory<K> {
    @Override
    public boolean accepts(K kernel, List<Sizes> operands) {
        return accepts.test(kernel, operands);
    }

    @Override
    public long workspace(K kernel, List<Sizes> operands) {
        return workspace.applyAsLong(kernel, operands);
    }

    @Override
    public Runnable bind(K kernel, Operands o) {
        return BlockKernel.named(BlockKernel.NAME, binding.bind(kernel, o));
    }
}
