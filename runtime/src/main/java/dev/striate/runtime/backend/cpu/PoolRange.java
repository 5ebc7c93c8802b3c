package dev.striate.runtime.backend.cpu;

import dev.striate.core.window.Grid;

/**
 * Which elements of a pooling window lie inside the input, along one axis and for each output index: those from
 * {@code first} to before {@code end}; and how many count in an average.
 */
public final class PoolRange {
    private final int[] first;
    private final int[] end;
    private final int[] counted;

    private PoolRange(int outputs) {
        first = new int[outputs];
        end = new int[outputs];
        counted = new int[outputs];
    }

    /** Along the rows; {@code padded} when the padding counts in an average. */
    public static PoolRange rows(Grid grid, boolean padded) {
        PoolRange range = new PoolRange(grid.outH());
        for (int i = 0; i < grid.outH(); i++) {
            int before = padded ? grid.top() : 0;
            int after = padded ? grid.bottom() : 0;
            range.set(i, grid.row(i, 0), grid.kernelH(), grid.dilationH(), grid.h(), before, after);
        }
        return range;
    }

    /** Along the columns; {@code padded} when the padding counts in an average. */
    public static PoolRange columns(Grid grid, boolean padded) {
        PoolRange range = new PoolRange(grid.outW());
        for (int i = 0; i < grid.outW(); i++) {
            int before = padded ? grid.left() : 0;
            int after = padded ? grid.right() : 0;
            range.set(i, grid.column(i, 0), grid.kernelW(), grid.dilationW(), grid.w(), before, after);
        }
        return range;
    }

    private void set(int index, int start, int kernel, int dilation, int size, int before, int after) {
        first[index] = elements(-start, dilation, kernel);
        end[index] = Math.max(first[index], elements(size - start, dilation, kernel));
        counted[index] = elements(size + after - start, dilation, kernel) - elements(-before - start, dilation, kernel);
    }

    /** How many of a window's elements come before {@code distance}. */
    private static int elements(int distance, int dilation, int kernel) {
        return Math.clamp(Math.ceilDiv(distance, dilation), 0, kernel);
    }

    /** The first of a window's elements that is inside. */
    public int first(int index) {
        return first[index];
    }

    /** The element of a window from which on all are outside. */
    public int end(int index) {
        return end[index];
    }

    /** How many of a window's elements count in an average. */
    public int counted(int index) {
        return counted[index];
    }
}
