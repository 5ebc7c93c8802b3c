package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Depthwise convolutions by windows of 3x3, and gradients that are ones, without a copy that has the padding: elements outside
 * of the map are read where zeros lie. A band of rows of one block of channels is an item of work.
 *
 * @param cpu the threads
 * @param grid the windows
 * @param bandRows rows of the result of an item
 */
record Depthwise3x3(Cpu cpu, Grid grid, int bandRows) {
    private static final int SIDE = 3;

    /** Bytes of a band that leave room for the result in the nearest cache. */
    private static final long BAND = 24 * 1024;

    /** Of windows that {@link #fit}. */
    static Depthwise3x3 of(Cpu cpu, Grid grid) {
        long row = (long) grid.w() * grid.strideH() * BYTES;
        int bands = Math.ceilDiv(grid.outH(), Math.clamp(BAND / row, 1, grid.outH()));
        return new Depthwise3x3(cpu, grid, Math.ceilDiv(grid.outH(), bands));
    }

    /** Whether all windows are of 3x3 neighbours, of which at most one column lies outside on each side. */
    static boolean fit(Grid grid) {
        int last = grid.column(grid.outW() - 1, SIDE - 1);
        boolean neighbours =
                grid.kernelH() == SIDE && grid.kernelW() == SIDE && grid.dilationH() == 1 && grid.dilationW() == 1;
        return neighbours && grid.outH() > 0 && grid.outW() > 0 && grid.left() <= 1 && last <= grid.w() && grid.w() > 1;
    }

    /** Scratch memory: a row of zeros for each worker, in bytes. */
    long workspace() {
        return (long) grid.w() * BYTES * cpu.pool().threads();
    }

    /**
     * A kernel.
     *
     * @param x {@code [N, C, H, W]}
     * @param weight in blocks: one vector for each element of the window
     * @param y the result
     * @param finish what follows on each band of the result
     */
    Runnable bind(Tensor x, Packed weight, Tensor y, MemorySegment workspace, BlockFunction finish) {
        Run run = new Run(this, x, y, workspace, finish);
        long work = (long) bandRows * grid.outW() * LANES * SIDE * SIDE / 2;
        int bands = Math.ceilDiv(grid.outH(), bandRows);
        Runnable all = cpu.forEach(x.shape().dim(0) * y.blocks() * bands, work, run);
        return () -> {
            run.weight = weight.current().address();
            all.run();
        };
    }

    /** The work on given memory. */
    private static final class Run implements Cpu.Item {
        private final Grid grid;
        private final int bandRows;
        private final int bands;
        private final int blocks;
        private final Tensor x;
        private final Tensor y;
        private final MemorySegment workspace;
        private final BlockFunction finish;
        /** Where the packed weight lies at present. */
        private long weight;

        Run(Depthwise3x3 plan, Tensor x, Tensor y, MemorySegment workspace, BlockFunction finish) {
            grid = plan.grid;
            bandRows = plan.bandRows;
            bands = Math.ceilDiv(grid.outH(), bandRows);
            blocks = y.blocks();
            this.x = x;
            this.y = y;
            this.workspace = workspace;
            this.finish = finish;
        }

        @Override
        public void run(int index, int slot) {
            int band = index % bands;
            int plane = index / bands;
            int first = band * bandRows;
            int rows = Math.min(bandRows, grid.outH() - first);
            long zeros = workspace.address() + (long) slot * grid.w() * BYTES;
            VectorRows.clear(zeros, 0, grid.w(), 1);
            long own = weight + (long) plane % blocks * SIDE * SIDE * BYTES;
            long from = x.data().address() + (long) plane * grid.area() * BYTES;
            long to = y.data().address() + ((long) plane * grid.outH() + first) * grid.outW() * BYTES;
            if (grid.strideW() == 1 && grid.outW() > 1) {
                Depthwise3x3Loops.pairs(grid, from, first, rows, zeros, own, to);
            } else {
                Depthwise3x3Loops.single(grid, from, first, rows, zeros, own, to);
            }
            finish.apply(plane / blocks, plane % blocks, first * grid.outW(), rows * grid.outW(), slot);
        }
    }
}
