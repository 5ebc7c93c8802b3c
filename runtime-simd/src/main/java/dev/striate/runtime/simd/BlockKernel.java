package dev.striate.runtime.simd;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * How a kind of kernel is done in blocks of channels.
 *
 * @param accepts which kernels of the kind it is for
 * @param layouts how the operands shall lie
 * @param workspace the scratch memory, as in {@link KernelFactory#workspace}
 * @param binding the kernel for operands of which one at least, or the result, lies in blocks
 */
record BlockKernel<K extends Kernel>(
        BiPredicate<K, List<Sizes>> accepts,
        Layouts<K> layouts,
        BiFunction<K, List<Sizes>, Long> workspace,
        Binding<K> binding) {
    /** For all kernels of a kind. */
    BlockKernel(Layouts<K> layouts, BiFunction<K, List<Sizes>, Long> workspace, Binding<K> binding) {
        this((kernel, operands) -> true, layouts, workspace, binding);
    }

    /** What such kernels are called in profiles. */
    static final String NAME = "SIMD";

    /** A bound kernel with a name in profiles, unless it has one. */
    static Runnable named(String name, Runnable bound) {
        return bound instanceof Described ? bound : Described.as(name, bound);
    }

    /** Says how the operands of a kernel shall lie; see {@link KernelFactory#layout}. */
    @FunctionalInterface
    interface Layouts<K extends Kernel> {
        /** In row-major order when the kernel cannot, or need not, be done in blocks. */
        Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now);
    }

    /** Binds a kernel. */
    @FunctionalInterface
    interface Binding<K extends Kernel> {
        /** A runnable kernel, and a function that it applies to each part of the result once that is computed. */
        Runnable bind(K kernel, Operands o, BlockFunction epilogue);
    }

    /** Binds a kernel that nothing follows. */
    @FunctionalInterface
    interface Alone<K extends Kernel> {
        /** A runnable kernel. */
        Runnable bind(K kernel, Operands o);
    }

    /** Without scratch memory, and without a function that follows in the same pass. */
    static <K extends Kernel> BlockKernel<K> of(Layouts<K> layouts, Alone<K> binding) {
        return new BlockKernel<>(layouts, (kernel, operands) -> 0L, (kernel, o, epilogue) -> binding.bind(kernel, o));
    }

    /** A factory that leaves what does not lie in blocks to another. */
    KernelFactory<K> or(KernelFactory<K> rows) {
        return new WithRows<>(this, rows);
    }

    /** Whether some operand or the result lies in blocks. */
    static boolean isInBlocks(Operands o) {
        return o.out().lanes() > 1 || o.in().stream().anyMatch(x -> x.lanes() > 1);
    }

    private record WithRows<K extends Kernel>(BlockKernel<K> blocks, KernelFactory<K> rows)
            implements KernelFactory<K> {
        @Override
        public boolean accepts(K kernel, List<Sizes> operands) {
            return blocks.accepts.test(kernel, operands);
        }

        @Override
        public Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
            return blocks.layouts.layout(kernel, operands, result, now);
        }

        @Override
        public long workspace(K kernel, List<Sizes> operands) {
            return Math.max(rows.workspace(kernel, operands), blocks.workspace.apply(kernel, operands));
        }

        @Override
        public long workerMemory(K kernel, List<Sizes> operands) {
            return rows.workerMemory(kernel, operands);
        }

        @Override
        public Runnable bind(K kernel, Operands o) {
            return isInBlocks(o)
                    ? named(NAME, blocks.binding.bind(kernel, o, BlockFunction.NOTHING))
                    : rows.bind(kernel, o);
        }
    }
}
