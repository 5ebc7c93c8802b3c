package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Kernels of one kind in blocks of channels, and what follows them in the same pass.
 *
 * @param kind the kind
 * @param anchor how it is done in blocks
 * @param rows does what does not lie in blocks
 */
record FusedBlocks<K extends Kernel>(Cpu cpu, Class<K> kind, BlockKernel<K> anchor, KernelFactory<Fused> rows)
        implements KernelFactory<Fused> {
    @Override
    public boolean accepts(Fused kernel, List<Sizes> operands) {
        return kind.isInstance(kernel.anchor())
                && anchor.accepts().test(kind.cast(kernel.anchor()), kernel.ofAnchor(operands));
    }

    @Override
    public long workspace(Fused kernel, List<Sizes> operands) {
        long own = anchor.workspace().apply(kind.cast(kernel.anchor()), kernel.ofAnchor(operands));
        return Math.max(own, rows.workspace(kernel, operands));
    }

    @Override
    public long workerMemory(Fused kernel, List<Sizes> operands) {
        return rows.workerMemory(kernel, operands);
    }

    @Override
    public Layout layout(Fused kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        Layout own = anchor.layouts()
                .layout(kind.cast(kernel.anchor()), kernel.ofAnchor(operands), result, kernel.ofAnchor(now));
        if (own.result() == 1) {
            return Layout.plain(operands.size());
        }
        int data = kernel.anchor().dataOperands();
        List<Integer> lanes = new ArrayList<>(own.operands().subList(0, data));
        lanes.addAll(Neutral.operands(kernel.ofEpilogue(operands), result, kernel.ofEpilogue(now)));
        lanes.addAll(own.operands().subList(data, own.operands().size()));
        return new Layout(lanes, LANES);
    }

    @Override
    public Runnable bind(Fused kernel, Operands o) {
        if (o.out().lanes() == 1) {
            return rows.bind(kernel, o);
        }
        List<Tensor> operands = new ArrayList<>(List.of(o.out()));
        operands.addAll(kernel.ofEpilogue(o.in()));
        BlockFunction epilogue = BlockFunction.of(cpu, kernel.epilogue(), operands, o.out());
        return BlockKernel.named(
                BlockKernel.NAME + " " + kind.getSimpleName(),
                anchor.binding().bind(kind.cast(kernel.anchor()), o.with(kernel.ofAnchor(o.in())), epilogue));
    }
}
