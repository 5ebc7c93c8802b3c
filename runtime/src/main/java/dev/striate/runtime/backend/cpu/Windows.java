package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.window.Grid;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Unrolls windows into the columns of a matrix, with row {@code (c, ky, kx)} and column {@code (oy, ox)}, and adds such
 * columns up again (im2col and col2im; Chellapilla, Puri, Simard 2006). Goes through one channel at a time, padded, in an
 * array on the heap: then whole rows are copied and no border is a special case. Unrolling takes a band of output rows
 * at a time, so that the columns stay in the cache.
 */
final class Windows {
    /** The most elements of an unrolled band: half a megabyte. */
    private static final int LARGEST_BAND = 128 * 1024;

    private final Grid grid;
    private final int rowsPerBand;
    /** Columns of the padded channel. */
    private final int width;

    private Windows(Grid grid, int rowsPerBand) {
        this.grid = grid;
        this.rowsPerBand = rowsPerBand;
        this.width =
                Math.max(grid.left() + grid.w(), reach(grid.outW(), grid.strideW(), grid.kernelW(), grid.dilationW()));
    }

    /** Windows in bands of output rows, for as many rows of the matrix. */
    static Windows inBands(Grid grid, int depth) {
        long oneRow = (long) depth * grid.outW();
        return new Windows(grid, Math.clamp(LARGEST_BAND / oneRow, 1, grid.outH()));
    }

    /** All windows of an image at once. */
    static Windows whole(Grid grid) {
        return new Windows(grid, grid.outH());
    }

    /** Elements that {@code windows} windows cover along one axis. */
    private static int reach(int windows, int stride, int kernel, int dilation) {
        return (windows - 1) * stride + (kernel - 1) * dilation + 1;
    }

    /** The number of bands of an image. */
    int bands() {
        return Math.ceilDiv(grid.outH(), rowsPerBand);
    }

    /** The first output position of a band. */
    int firstPosition(int band) {
        return band * rowsPerBand * grid.outW();
    }

    /** The number of output positions of a band. */
    int positions(int band) {
        return rows(band) * grid.outW();
    }

    private int rows(int band) {
        return Math.min(rowsPerBand, grid.outH() - band * rowsPerBand);
    }

    /** Elements from one row of an unrolled band to the next. */
    int bandStride() {
        return rowsPerBand * grid.outW();
    }

    /** Elements of the array for one padded channel. */
    int paddedSize() {
        int rows = Math.max(
                rowsPerBand == grid.outH() ? grid.top() + grid.h() : 0,
                reach(rowsPerBand, grid.strideH(), grid.kernelH(), grid.dilationH()));
        return Math.multiplyExact(width, rows);
    }

    /**
     * Unrolls one band of some channels of an image.
     *
     * @param x the images
     * @param offset where the first channel begins, in elements
     * @param columns where the columns go
     * @param to where they begin, in elements
     * @param padded an array of {@link #paddedSize}
     */
    void unroll(MemorySegment x, long offset, int channels, int band, MemorySegment columns, long to, float[] padded) {
        int rows = rows(band);
        long rowStart = Float.BYTES * to;
        for (int c = 0; c < channels; c++) {
            pad(x, offset + (long) c * grid.area(), grid.row(band * rowsPerBand, 0), padded);
            for (int ky = 0; ky < grid.kernelH(); ky++) {
                for (int kx = 0; kx < grid.kernelW(); kx++) {
                    for (int y = 0; y < rows; y++) {
                        copyRow(padded, start(y, ky, kx), columns, rowStart + (long) Float.BYTES * y * grid.outW());
                    }
                    rowStart += (long) Float.BYTES * bandStride();
                }
            }
        }
    }

    private void pad(MemorySegment x, long offset, int top, float[] padded) {
        int size = paddedSize();
        Arrays.fill(padded, 0, size, 0);
        for (int y = Math.max(0, -top); y * width < size && top + y < grid.h(); y++) {
            long from = Float.BYTES * (offset + (long) (top + y) * grid.w());
            MemorySegment.copy(x, JAVA_FLOAT, from, padded, y * width + grid.left(), grid.w());
        }
    }

    /** Where the elements under (ky, kx) of the windows of one output row begin in the padded channel. */
    private int start(int outRow, int ky, int kx) {
        return (outRow * grid.strideH() + ky * grid.dilationH()) * width + kx * grid.dilationW();
    }

    private void copyRow(float[] padded, int start, MemorySegment columns, long at) {
        if (grid.strideW() == 1) {
            MemorySegment.copy(padded, start, columns, JAVA_FLOAT, at, grid.outW());
        } else {
            for (int x = 0; x < grid.outW(); x++) {
                columns.set(JAVA_FLOAT, at + (long) Float.BYTES * x, padded[start + x * grid.strideW()]);
            }
        }
    }

    /**
     * Elements from one output row to the next in columns that are to be folded. At stride 1 it is the width of the
     * padded channel, the elements between the rows being zero: then the rows of a channel add up as one long row.
     */
    int foldPitch() {
        return isDense() ? width : grid.outW();
    }

    private boolean isDense() {
        return grid.strideH() == 1 && grid.strideW() == 1;
    }

    /** Elements of one row of columns that are to be folded. */
    int foldStride() {
        return Math.multiplyExact(grid.outH(), foldPitch());
    }

    /**
     * Copies rows of outputs to the pitch of columns that are to be folded.
     *
     * @param rows how many output rows there are, over all channels
     */
    void spread(MemorySegment outputs, long offset, int rows, MemorySegment target, long to) {
        long gap = Float.BYTES * (long) (foldPitch() - grid.outW());
        long row = Float.BYTES * (long) grid.outW();
        for (int y = 0; y < rows; y++) {
            long at = Float.BYTES * to + y * (row + gap);
            MemorySegment.copy(outputs, Float.BYTES * offset + y * row, target, at, row);
            for (long i = 0; i < gap; i += Float.BYTES) {
                target.set(JAVA_FLOAT, at + row + i, 0);
            }
        }
    }

    /**
     * Adds up the columns of some channels, each element to the element of the image that it was unrolled from.
     *
     * @param columns the columns at {@link #foldPitch}, one row for each {@code (c, ky, kx)}
     * @param from where they begin, in elements
     * @param x the images that are written
     * @param offset where the first channel begins, in elements
     * @param padded an array of {@link #paddedSize}
     * @param line an array of {@link #foldStride}
     */
    void fold(
            MemorySegment columns,
            long from,
            int channels,
            MemorySegment x,
            long offset,
            float[] padded,
            float[] line) {
        long row = Float.BYTES * from;
        for (int c = 0; c < channels; c++) {
            Arrays.fill(padded, 0, paddedSize(), 0);
            for (int ky = 0; ky < grid.kernelH(); ky++) {
                for (int kx = 0; kx < grid.kernelW(); kx++) {
                    MemorySegment.copy(columns, JAVA_FLOAT, row, line, 0, foldStride());
                    addLine(line, padded, ky, kx);
                    row += (long) Float.BYTES * foldStride();
                }
            }
            for (int y = 0; y < grid.h(); y++) {
                long at = Float.BYTES * (offset + (long) c * grid.area() + (long) y * grid.w());
                MemorySegment.copy(padded, (y + grid.top()) * width + grid.left(), x, JAVA_FLOAT, at, grid.w());
            }
        }
    }

    private void addLine(float[] line, float[] padded, int ky, int kx) {
        if (isDense()) {
            int start = start(0, ky, kx);
            int n = foldStride() - (width - grid.outW());
            for (int i = 0; i < n; i++) {
                padded[start + i] += line[i];
            }
            return;
        }
        for (int y = 0; y < grid.outH(); y++) {
            int start = start(y, ky, kx);
            for (int x = 0; x < grid.outW(); x++) {
                padded[start + x * grid.strideW()] += line[y * grid.outW() + x];
            }
        }
    }
}
