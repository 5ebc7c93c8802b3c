package dev.striate.runtime.backend.cpu;

import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;

/** The fully connected layer and its gradients: one product each, in blocks of the result. */
final class FullyConnected {
    /** Blocks that are enough for the threads of a usual machine. */
    private static final int BLOCKS = 8;

    /** Fewest rows and columns of a block, where there are as many. */
    private static final int SMALLEST_SIDE = 64;

    /** Fewest multiplications of a block: some ten microseconds. */
    private static final long FEWEST_PRODUCTS = 1_000_000;

    /** To read an element of a weight from memory takes as long as the multiplications of so many rows with it. */
    private static final int ROWS_PER_READ = 16;

    private final Cpu cpu;

    FullyConnected(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable forward(Fc fc, Operands o) {
        return forward(fc, o, ElementFunction.NOTHING);
    }

    /** The layer and a function of its result, applied to each block once it is computed. */
    Runnable forward(Fc fc, Operands o, ElementFunction epilogue) {
        int batch = o.in(0).shape().dim(0);
        int inputs = o.in(0).shape().dim(1);
        MemorySegment y = o.out().data();
        Product product = new Product(
                Matrix.of(o.in(0).data(), inputs),
                Matrix.of(o.in(1).data(), inputs).transpose(),
                Matrix.of(y, fc.units()));
        return inBlocks(batch, fc.units(), inputs, (row, rows, column, columns, slot) -> {
            if (fc.bias()) {
                fillWithBias(o.in(2).data(), y, fc.units(), row, rows, column, columns);
                product.addAt(row, rows, column, columns, inputs);
            } else {
                product.setAt(row, rows, column, columns, inputs);
            }
            apply(epilogue, fc.units(), row, rows, column, columns, slot);
        });
    }

    private static void apply(
            ElementFunction epilogue, int width, int row, int rows, int column, int columns, int slot) {
        for (int i = row; i < row + rows; i++) {
            epilogue.apply((long) i * width + column, columns, slot);
        }
    }

    private static void fillWithBias(
            MemorySegment bias, MemorySegment y, int units, int row, int rows, int column, int columns) {
        for (int i = row; i < row + rows; i++) {
            long to = (long) i * units + column;
            MemorySegment.copy(bias, (long) Float.BYTES * column, y, Float.BYTES * to, (long) Float.BYTES * columns);
        }
    }

    Runnable inputGradient(FcGradInput kernel, Operands o) {
        return inputGradient(kernel, o, ElementFunction.NOTHING);
    }

    /** The gradient and a function of it, applied to each block once it is computed. */
    Runnable inputGradient(FcGradInput kernel, Operands o, ElementFunction epilogue) {
        int units = o.in(0).shape().dim(1);
        int inputs = o.in(1).shape().dim(1);
        Product product = new Product(
                Matrix.of(o.in(0).data(), units),
                Matrix.of(o.in(1).data(), inputs),
                Matrix.of(o.out().data(), inputs));
        return inBlocks(product, o.in(0).shape().dim(0), inputs, units, epilogue);
    }

    Runnable weightGradient(FcGradWeight kernel, Operands o) {
        int units = o.in(0).shape().dim(1);
        int inputs = o.in(1).shape().dim(1);
        Product product = new Product(
                Matrix.of(o.in(0).data(), units).transpose(),
                Matrix.of(o.in(1).data(), inputs),
                Matrix.of(o.out().data(), inputs));
        return inBlocks(product, units, inputs, o.in(0).shape().dim(0), ElementFunction.NOTHING);
    }

    /** A product whose result is all overwritten, and a function of that. */
    private Runnable inBlocks(Product p, int m, int n, int k, ElementFunction epilogue) {
        return inBlocks(m, n, k, (row, rows, column, columns, slot) -> {
            p.setAt(row, rows, column, columns, k);
            apply(epilogue, n, row, rows, column, columns, slot);
        });
    }

    /** Work on an m x n result in blocks, halved along the longer side while that leaves enough to do. */
    private Runnable inBlocks(int m, int n, int k, Block body) {
        int rows = m;
        int columns = n;
        while (Math.ceilDiv(m, rows) * Math.ceilDiv(n, columns) < BLOCKS
                && Math.max(rows, columns) > SMALLEST_SIDE
                && (long) Math.max(rows, ROWS_PER_READ) * columns * k >= 2 * FEWEST_PRODUCTS) {
            if (rows > columns) {
                rows = Math.ceilDiv(rows, 2);
            } else {
                columns = Math.ceilDiv(columns, 2);
            }
        }
        int blockRows = rows;
        int blockColumns = columns;
        int across = Math.ceilDiv(n, columns);
        Runnable blocks = cpu.parallel(Math.ceilDiv(m, rows) * across, (block, slot) -> {
            int row = block / across * blockRows;
            int column = block % across * blockColumns;
            body.run(row, Math.min(blockRows, m - row), column, Math.min(blockColumns, n - column), slot);
        });
        return Described.as("OpenBLAS", blocks);
    }

    /** What is done for one block of the result. */
    private interface Block {
        void run(int row, int rows, int column, int columns, int slot);
    }
}
