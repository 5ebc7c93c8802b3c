package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.L2PoolGrad;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pool;
import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Pooling in blocks of channels, and its gradients. */
record BlockPooling(Cpu cpu) {

    Runnable forward(Pool pool, Operands o) {
        Tensor x = o.in(0);
        Tensor y = o.out();
        BlockWindows windows = windows(pool, x.shape());
        int rows = windows.grid.outH();
        long work = (long) windows.grid.outW() * LANES * (1 + windows.grid.kernelArea());
        int blocks = y.blocks();
        // Row by row, not block by block: a thread then reads rows that it wrote itself, which its cache still has.
        return cpu.forEach(planes(y) * rows, work, (index, slot) -> {
            int row = index / blocks % rows;
            int number = index / blocks / rows * blocks + index % blocks;
            long plane = windows.plane(number);
            long at = windows.result(number, row);
            switch (pool.kind()) {
                case MAX -> PoolLoops.max(windows, windows.rows(row), x.data(), plane + windows.row(row), y.data(), at);
                case AVERAGE -> PoolLoops.average(windows, row, x.data(), plane, y.data(), at);
                case L2 -> PoolLoops.norm(windows, row, x.data(), plane, y.data(), at);
            }
        });
    }

    /** In blocks if an operand is; not if a window is wholly in the padding, which makes the channels of the padding infinite. */
    Layout layout(Pool pool, Sizes x, List<Sizes> operands, Sizes result, List<Integer> now) {
        return windows(pool, x).hasEmpty() ? Layout.plain(operands.size()) : Neutral.maps(operands, result, now);
    }

    Runnable maxGradient(MaxPoolGrad kernel, Operands o, BlockFunction epilogue) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment dx = o.out().data();
        BlockWindows windows = windows(kernel.pool(), o.out().shape());
        return new Planes(cpu, o.out(), windows)
                .forEach(epilogue, (index, plane, row, at) -> PoolLoops.maxGradient(windows, row, g, at, x, dx, plane));
    }

    Runnable averageGradient(AvgPoolGrad kernel, Operands o, BlockFunction epilogue) {
        MemorySegment g = o.in(0).data();
        MemorySegment dx = o.out().data();
        BlockWindows windows = windows(kernel.pool(), o.out().shape());
        return new Planes(cpu, o.out(), windows)
                .forEach(
                        epilogue, (index, plane, row, at) -> PoolLoops.averageGradient(windows, row, g, at, dx, plane));
    }

    Runnable normGradient(L2PoolGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment y = o.in(2).data();
        MemorySegment dx = o.out().data();
        BlockWindows windows = windows(kernel.pool(), o.out().shape());
        return new Planes(cpu, o.out(), windows)
                .forEach(
                        BlockFunction.NOTHING,
                        (index, plane, row, at) -> PoolLoops.normGradient(windows, row, g, y, at, x, dx, plane));
    }

    private static BlockWindows windows(Pool pool, Sizes x) {
        return new BlockWindows(Grid.of(pool.window(), x.dim(2), x.dim(3)), pool.padded());
    }

    private static int planes(Tensor x) {
        return x.shape().dim(0) * x.blocks();
    }
}
