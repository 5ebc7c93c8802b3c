package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
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
        PoolWindows windows = windows(pool, x.shape());
        int rows = windows.grid.outH();
        long work = (long) windows.grid.outW() * LANES * (1 + windows.grid.kernelArea());
        return cpu.forEach(planes(y) * rows, work, (index, slot) -> {
            int row = index % rows;
            long plane = windows.plane(index / rows);
            long at = windows.result(index / rows, row);
            switch (pool.kind()) {
                case MAX -> PoolLoops.max(windows, row, x.data(), plane, y.data(), at);
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
        PoolWindows windows = windows(kernel.pool(), o.out().shape());
        return forEachPlane(
                o.out(),
                windows,
                epilogue,
                (plane, row, at) -> PoolLoops.maxGradient(windows, row, g, at, x, dx, plane));
    }

    Runnable averageGradient(AvgPoolGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment dx = o.out().data();
        PoolWindows windows = windows(kernel.pool(), o.out().shape());
        return forEachPlane(
                o.out(),
                windows,
                BlockFunction.NOTHING,
                (plane, row, at) -> PoolLoops.averageGradient(windows, row, g, at, dx, plane));
    }

    Runnable normGradient(L2PoolGrad kernel, Operands o) {
        MemorySegment g = o.in(0).data();
        MemorySegment x = o.in(1).data();
        MemorySegment y = o.in(2).data();
        MemorySegment dx = o.out().data();
        PoolWindows windows = windows(kernel.pool(), o.out().shape());
        return forEachPlane(
                o.out(),
                windows,
                BlockFunction.NOTHING,
                (plane, row, at) -> PoolLoops.normGradient(windows, row, g, y, at, x, dx, plane));
    }

    /** What is added to a plane of gradients for one row of windows. */
    private interface Row {
        void add(long plane, int row, long at);
    }

    /**
     * Fills planes with zeros, row by row just before windows reach them, adds to them, and applies a function to the rows
     * that no later window reaches.
     */
    private Runnable forEachPlane(Tensor dx, PoolWindows windows, BlockFunction epilogue, Row body) {
        Grid grid = windows.grid;
        int w = grid.w();
        int blocks = dx.blocks();
        long work = (long) LANES * (grid.area() + (long) grid.outArea() * grid.kernelArea());
        return cpu.forEach(planes(dx), work, (index, slot) -> {
            long plane = windows.plane(index);
            int zeros = 0;
            int done = 0;
            for (int row = 0; row < grid.outH(); row++) {
                int reached = Math.max(zeros, windows.lastRow(row) + 1);
                clear(dx.data(), plane, zeros * w, reached * w);
                zeros = reached;
                body.add(plane, row, windows.result(index, row));
                int next = row + 1 == grid.outH() ? done : Math.clamp(grid.row(row + 1, 0), done, zeros);
                epilogue.apply(index / blocks, index % blocks, done * w, (next - done) * w, slot);
                done = next;
            }
            clear(dx.data(), plane, zeros * w, grid.area());
            epilogue.apply(index / blocks, index % blocks, done * w, grid.area() - done * w, slot);
        });
    }

    private static void clear(MemorySegment y, long plane, int from, int to) {
        VectorLoops.fill(y, plane + (long) from * BYTES, (to - from) * LANES, 0);
    }

    private static PoolWindows windows(Pool pool, Sizes x) {
        return new PoolWindows(Grid.of(pool.window(), x.dim(2), x.dim(3)), pool.padded());
    }

    private static int planes(Tensor x) {
        return x.shape().dim(0) * x.blocks();
    }
}
