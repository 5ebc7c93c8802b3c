package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;

/**
 * Gradients by what lies under windows, plane by plane, a block of an image: rows of windows add to them.
 *
 * @param dx the gradients, in blocks
 */
record Planes(Cpu cpu, Tensor dx, BlockWindows windows) {
    /** Adds what one row of windows gives. */
    @FunctionalInterface
    interface Row {
        /**
         * Adds to a plane.
         *
         * @param index the number of the plane
         * @param plane where it begins, in bytes
         * @param row the row of windows
         * @param at where what belongs to the windows begins, in bytes
         */
        void add(int index, long plane, int row, long at);
    }

    /**
     * Fills planes with zeros, row by row just before windows reach them, adds to them, and applies a function to the rows
     * that no later window reaches.
     */
    Runnable forEach(BlockFunction epilogue, Row body) {
        Grid grid = windows.grid;
        int w = grid.w();
        int blocks = dx.blocks();
        long work = (long) LANES * (grid.area() + (long) grid.outArea() * grid.kernelArea());
        return cpu.forEach(dx.shape().dim(0) * blocks, work, (index, slot) -> {
            long plane = windows.plane(index);
            int zeros = 0;
            int done = 0;
            for (int row = 0; row < grid.outH(); row++) {
                int reached = Math.max(zeros, windows.lastRow(row) + 1);
                clear(plane, zeros * w, reached * w);
                zeros = reached;
                body.add(index, plane, row, windows.result(index, row));
                int next = row + 1 == grid.outH() ? done : Math.clamp(grid.row(row + 1, 0), done, zeros);
                epilogue.apply(index / blocks, index % blocks, done * w, (next - done) * w, slot);
                done = next;
            }
            clear(plane, zeros * w, grid.area());
            epilogue.apply(index / blocks, index % blocks, done * w, grid.area() - done * w, slot);
        });
    }

    private void clear(long plane, int from, int to) {
        VectorLoops.fill(dx.data(), plane + (long) from * BYTES, (to - from) * LANES, 0);
    }
}
