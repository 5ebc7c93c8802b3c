package dev.striate.runtime.simd;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A kernel over blocks of channels, with another that does what does not lie in blocks.
 *
 * @param rows the other
 * @param layouts how the operands shall lie
 * @param blocks binds the operands, of which one at least or the result lies in blocks
 */
record BlockKernel<K extends Kernel>(
        KernelFactory<K> rows, Layouts<K> layouts, BiFunction<K, Operands, Runnable> blocks)
        implements KernelFactory<K> {

    /** Says how the operands of a kernel shall lie; see {@link KernelFactory#layout}. */
    @FunctionalInterface
    interface Layouts<K extends Kernel> {
        /** In row-major order when the kernel does not do it in blocks. */
        Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now);
    }

    @Override
    public Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return layouts.layout(kernel, operands, result, now);
    }

    @Override
    public long workspace(K kernel, List<Sizes> operands) {
        return rows.workspace(kernel, operands);
    }

    @Override
    public Runnable bind(K kernel, Operands o) {
        boolean inBlocks = o.out().lanes() > 1 || o.in().stream().anyMatch(x -> x.lanes() > 1);
        return inBlocks ? blocks.apply(kernel, o) : rows.bind(kernel, o);
    }
}
