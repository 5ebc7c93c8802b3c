package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;

import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.cpu.PoolRange;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Where windows lie in a plane, a block of one image: in bytes, from the plane's first. */
final class BlockWindows {
    final Grid grid;
    /** For each column of windows, the first element inside the plane. */
    final int[] column;
    /** For each column of windows, how many columns of a window are inside. */
    final int[] columns;
    /** For each column of windows, the first column of a window that is inside. */
    final int[] firstColumn;
    /** The columns of windows that are wholly inside: from the first to before the second. */
    final int inside;

    final int insideEnd;
    /** For each column of windows, how many columns count in an average. */
    private final int[] counted;

    private final PoolRange rows;
    /** From one column of a window to the next. */
    final int columnStep;
    /** From one row of a window to the next. */
    final int rowStep;

    /**
     * The windows of a grid.
     *
     * @param padded whether the padding counts in an average
     */
    BlockWindows(Grid grid, boolean padded) {
        this.grid = grid;
        rows = PoolRange.rows(grid, padded);
        PoolRange range = PoolRange.columns(grid, padded);
        column = new int[grid.outW()];
        columns = new int[grid.outW()];
        firstColumn = new int[grid.outW()];
        counted = new int[grid.outW()];
        for (int i = 0; i < grid.outW(); i++) {
            column[i] = grid.column(i, range.first(i)) * BYTES;
            firstColumn[i] = range.first(i);
            columns[i] = range.end(i) - range.first(i);
            counted[i] = range.counted(i);
        }
        int begin = 0;
        while (begin < columns.length && columns[begin] < grid.kernelW()) {
            begin++;
        }
        int end = begin;
        while (end < columns.length && columns[end] == grid.kernelW()) {
            end++;
        }
        inside = begin;
        insideEnd = end;
        columnStep = grid.dilationW() * BYTES;
        rowStep = grid.dilationH() * grid.w() * BYTES;
    }

    /** Where the first row inside the plane begins, of the windows of a row. */
    long row(int outRow) {
        return (long) grid.row(outRow, rows.first(outRow)) * grid.w() * BYTES;
    }

    /** The first row of a window that is inside, of the windows of a row. */
    int firstRow(int outRow) {
        return rows.first(outRow);
    }

    /** How many rows of the windows of a row are inside. */
    int rows(int outRow) {
        return rows.end(outRow) - rows.first(outRow);
    }

    /** The last row of the plane that the windows of a row reach; -1 when none. */
    int lastRow(int outRow) {
        return rows(outRow) == 0 ? -1 : grid.row(outRow, rows.end(outRow) - 1);
    }

    /** The first column of windows whose column {@code k} is inside. */
    int begin(int k) {
        return Math.max(0, Math.ceilDiv(-grid.column(0, k), grid.strideW()));
    }

    /** The column of windows from which on their column {@code k} is behind the plane. */
    int end(int k) {
        return Math.min(grid.outW(), Math.ceilDiv(grid.w() - grid.column(0, k), grid.strideW()));
    }

    /** Whether a window is wholly in the padding. */
    boolean hasEmpty() {
        return IntStream.range(0, grid.outH()).anyMatch(i -> rows(i) == 0)
                || Arrays.stream(columns).anyMatch(n -> n == 0);
    }

    /** What a sum over a window is multiplied with to be an average. */
    float share(int outRow, int outColumn) {
        return 1f / Math.max(1, rows.counted(outRow) * counted[outColumn]);
    }

    /** Where a plane begins. */
    long plane(int index) {
        return (long) index * grid.area() * BYTES;
    }

    /** Where the results of a row of windows of a plane begin. */
    long result(int plane, int outRow) {
        return ((long) plane * grid.outArea() + (long) outRow * grid.outW()) * BYTES;
    }
}
