package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Memory.ADDRESS;
import static dev.striate.runtime.simd.Memory.MEMORY;
import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Where the inner loops read a band of rows of one group of channels of an image: in place, or from a copy with zeros for
 * the padding. With a stride, columns that neighbouring windows read lie side by side in the copy: those with the same
 * rest by the stride together.
 *
 * <pre>
 *   row of 7 with padding 1 and stride 2:   0 a b c d e f g 0   becomes   0 b d f 0 | a c e g .
 * </pre>
 */
final class DirectSource {
    /** The elements of two vectors with even numbers. */
    private static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(S, i -> 2 * i);

    /** The same where the second vector begins one element earlier, so that nothing is read behind the last element. */
    private static final VectorShuffle<Float> LAST_EVEN =
            VectorShuffle.fromOp(S, i -> 2 * i < LANES ? 2 * i : 2 * i + 1);

    private final DirectSums sums;
    private final int lanes;
    private final int bandRows;
    private final boolean inPlace;
    /** Rows of a band: those of the copy, or all where nothing is copied. */
    private final int rows;
    /** Pixels of a row that have the same rest by the stride. */
    private final int columns;

    private final long rowBytes;
    private final long blockBytes;
    /** Of the columns with each rest by the stride, the place of the first that lies in the row, and that behind the last. */
    private final int[] begin;

    private final int[] end;

    /**
     * The source of some sums, in place where that can be.
     *
     * @param lanes channels of a block of the source; 1 in row-major order
     * @param bandRows outputs of a phase in a band, along the rows
     */
    DirectSource(DirectSums sums, int lanes, int bandRows) {
        this.sums = sums;
        this.lanes = lanes;
        this.bandRows = bandRows;
        DirectAxis across = sums.columns();
        DirectAxis down = sums.rows();
        inPlace = across.stride() == 1 && across.isInside() && down.isInside();
        rows = inPlace ? down.size() : Math.min(down.padded(), (bandRows - 1) * down.stride() + down.reach() + 1);
        columns = inPlace ? across.size() : Math.ceilDiv(across.padded(), across.stride());
        rowBytes = (long) pixel() * columns * (inPlace ? 1 : across.stride());
        blockBytes = rowBytes * rows;
        begin = new int[across.stride()];
        end = new int[across.stride()];
        for (int rest = 0; rest < begin.length; rest++) {
            int shift = rest - across.before();
            begin[rest] = Math.clamp(Math.ceilDiv(-shift, across.stride()), 0, columns);
            end[rest] = Math.clamp(Math.ceilDiv(across.size() - shift, across.stride()), begin[rest], columns);
        }
    }

    /** Channels of a block; 1 in row-major order. */
    int lanes() {
        return lanes;
    }

    /** Outputs of a phase in a band, along the rows. */
    int bandRows() {
        return bandRows;
    }

    /** Whether nothing is copied. */
    boolean inPlace() {
        return inPlace;
    }

    /** Bytes of a pixel of one block. */
    int pixel() {
        return lanes * Float.BYTES;
    }

    /** Blocks of one group. */
    int blocks() {
        return Math.ceilDiv(sums.in(), lanes);
    }

    /** Bytes from one row to the next. */
    long rowBytes() {
        return rowBytes;
    }

    /** Bytes of one block: of the copied band, or of the plane where nothing is copied. */
    long blockBytes() {
        return blockBytes;
    }

    /** Bytes of a copied band. */
    long bytes() {
        return inPlace ? 0 : blockBytes * blocks();
    }

    /** Bytes from one image to the next: in place, or of copies that lie side by side. */
    long imageBytes() {
        return inPlace ? blockBytes * imageBlocks() : bytes();
    }

    /** How far steps are from where a pixel's window begins, in bytes, in the order in which the weights lie. */
    int[] steps(int rowPhase, int columnPhase) {
        int[] taps = taps(rowPhase, columnPhase);
        int[] steps = new int[sums.in() * taps.length];
        int next = 0;
        for (int block = 0; block < blocks(); block++) {
            int depth = Math.min(lanes, sums.in() - block * lanes);
            for (int tap : taps) {
                for (int c = 0; c < depth; c++) {
                    steps[next++] = Math.toIntExact(block * blockBytes + tap + (long) c * Float.BYTES);
                }
            }
        }
        return steps;
    }

    /** How far the taps of a phase are from where a pixel's window begins, in bytes, in one block. */
    int[] taps(int rowPhase, int columnPhase) {
        int[] taps = new int[sums.taps(rowPhase, columnPhase)];
        int next = 0;
        for (int row : sums.rows().at().get(rowPhase)) {
            for (int column : sums.columns().at().get(columnPhase)) {
                taps[next++] = Math.toIntExact(row * rowBytes + (long) pixel() * place(column));
            }
        }
        return taps;
    }

    /** Where a column of the source with its padding lies in a row, in pixels. */
    private int place(int column) {
        int stride = sums.columns().stride();
        return column % stride * columns + column / stride;
    }

    /** Where the windows of an image's group begin that are the first of a band, in place, in bytes. */
    long offset(int image, int group, int band) {
        long first = ((long) image * imageBlocks() + (long) group * blocks()) * blockBytes;
        return first + (long) band * bandRows * sums.rows().stride() * rowBytes;
    }

    private int imageBlocks() {
        return Math.ceilDiv(sums.groups() * sums.in(), lanes);
    }

    /** Copies a band of an image's group. */
    void fill(Tensor x, int image, int group, int band, MemorySegment to, long at) {
        fill(x, image, group, band, 0, blocks(), to, at);
    }

    /** Copies some blocks of a band of an image's group, to where they lie in the copy of all. */
    void fill(Tensor x, int image, int group, int band, int firstBlock, int endBlock, MemorySegment to, long at) {
        DirectAxis axis = sums.rows();
        int first = band * bandRows * axis.stride() - axis.before();
        long row = (long) pixel() * sums.columns().size();
        long from = ((long) image * imageBlocks() + (long) group * blocks()) * axis.size() * row;
        if (lanes == 1 && sums.columns().stride() == 1) {
            fillChannels(x.data(), from, first, firstBlock, endBlock, to, at);
            return;
        }
        for (int block = firstBlock; block < endBlock; block++) {
            long source = from + (long) block * axis.size() * row;
            long target = at + block * blockBytes;
            if (lanes > 1) {
                clearEdges(first, to.address() + target);
                copyInside(x.data().address() + source, first, to.address() + target);
            } else {
                fillRows(x.data(), source, row, first, to, target);
            }
        }
    }

    /** Rows of single elements, of which windows skip some. */
    private void fillRows(MemorySegment from, long source, long row, int first, MemorySegment to, long at) {
        DirectAxis axis = sums.rows();
        for (int r = 0; r < rows; r++) {
            if (!axis.reads(r)) {
                continue;
            }
            long target = at + r * rowBytes;
            if (first + r < 0 || first + r >= axis.size()) {
                VectorLoops.fill(to, target, columns * sums.columns().stride(), 0);
            } else {
                fillRow(from, source + (first + r) * row, to, target);
            }
        }
    }

    /** Copies rows as they are, short ones mostly: zeros for all at once, then what lies in the source. */
    private void fillChannels(
            MemorySegment from, long source, int first, int firstChannel, int endChannel, MemorySegment to, long at) {
        int size = sums.rows().size();
        int width = sums.columns().size();
        int firstRow = Math.max(0, -first);
        int endRow = Math.min(rows, size - first);
        int elements = Math.toIntExact((endChannel - firstChannel) * blockBytes / Float.BYTES);
        VectorLoops.fill(to, at + firstChannel * blockBytes, elements, 0);
        for (int channel = firstChannel; channel < endChannel; channel++) {
            for (int r = firstRow; r < endRow; r++) {
                long row = ((long) channel * size + first + r) * width
                        + begin[0]
                        - sums.columns().before();
                long target = at + channel * blockBytes + r * rowBytes + (long) Float.BYTES * begin[0];
                VectorLoops.copy(from, source + Float.BYTES * row, to, target, end[0] - begin[0]);
            }
        }
    }

    /** Sets to 0 what a block's copy of a band has outside of the source; {@code first} is the row of the source it begins at. */
    private void clearEdges(int first, long at) {
        DirectAxis across = sums.columns();
        int above = Math.clamp(-first, 0, rows);
        int below = Math.clamp(sums.rows().size() - first, above, rows);
        int width = columns * across.stride();
        VectorRows.clear(at, rowBytes, width, above);
        VectorRows.clear(at + below * rowBytes, rowBytes, width, rows - below);
        for (int rest = 0; rest < across.stride(); rest++) {
            long left = at + above * rowBytes + (long) rest * columns * BYTES;
            VectorRows.clear(left, rowBytes, begin[rest], below - above);
            VectorRows.clear(left + (long) end[rest] * BYTES, rowBytes, columns - end[rest], below - above);
        }
    }

    /** Copies what a block's copy of a band has of the source, all rows at once unless windows skip some. */
    private void copyInside(long source, int first, long at) {
        int above = Math.clamp(-first, 0, rows);
        int below = Math.clamp(sums.rows().size() - first, above, rows);
        if (!sums.rows().read().contains(false)) {
            copyRows(source, first, above, below, at);
            return;
        }
        for (int row = above; row < below; row++) {
            if (sums.rows().reads(row)) {
                copyRows(source, first, row, row + 1, at);
            }
        }
    }

    private void copyRows(long source, int first, int row, int end, long at) {
        DirectAxis across = sums.columns();
        long next = (long) across.size() * BYTES;
        long step = (long) across.stride() * BYTES;
        for (int rest = 0; rest < across.stride(); rest++) {
            if (across.reads(rest)) {
                int skipped = begin[rest];
                long x = source + (first + row) * next + (rest - across.before()) * (long) BYTES + skipped * step;
                long y = at + row * rowBytes + ((long) rest * columns + skipped) * BYTES;
                VectorRows.copy(x, step, next, y, rowBytes, this.end[rest] - skipped, end - row);
            }
        }
    }

    private void fillRow(MemorySegment from, long source, MemorySegment to, long target) {
        DirectAxis axis = sums.columns();
        int stride = axis.stride();
        for (int rest = 0; rest < stride; rest++) {
            if (!axis.reads(rest)) {
                continue;
            }
            int skipped = begin[rest];
            int n = end[rest] - skipped;
            long at = target + (long) rest * columns * Float.BYTES;
            VectorLoops.fill(to, at, skipped, 0);
            long first = source + (long) Float.BYTES * (rest - axis.before() + skipped * stride);
            at += (long) Float.BYTES * skipped;
            copyElements(from.address() + first, stride, to.address() + at, n);
            VectorLoops.fill(to, at + (long) Float.BYTES * n, columns - skipped - n, 0);
        }
    }

    private static void copyElements(long from, int stride, long to, int n) {
        if (stride == 2 && n >= LANES) {
            copyEven(from, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            float value = MEMORY.get(JAVA_FLOAT_UNALIGNED, (from + (long) Float.BYTES * stride * i) & ADDRESS);
            MEMORY.set(JAVA_FLOAT_UNALIGNED, (to + (long) Float.BYTES * i) & ADDRESS, value);
        }
    }

    /** Every second element, a vector at least. The last vector ends with the last element, and may copy some once more. */
    private static void copyEven(long from, long to, int n) {
        int last = n - LANES;
        for (int done = 0; done < last; done += LANES) {
            long place = (from + 2L * Float.BYTES * done) & ADDRESS;
            FloatVector first = FloatVector.fromMemorySegment(S, MEMORY, place, ORDER);
            FloatVector second = FloatVector.fromMemorySegment(S, MEMORY, place + BYTES, ORDER);
            first.rearrange(EVEN, second).intoMemorySegment(MEMORY, (to + (long) Float.BYTES * done) & ADDRESS, ORDER);
        }
        long place = (from + 2L * Float.BYTES * last) & ADDRESS;
        FloatVector first = FloatVector.fromMemorySegment(S, MEMORY, place, ORDER);
        FloatVector second = FloatVector.fromMemorySegment(S, MEMORY, place + BYTES - Float.BYTES, ORDER);
        first.rearrange(LAST_EVEN, second).intoMemorySegment(MEMORY, (to + (long) Float.BYTES * last) & ADDRESS, ORDER);
    }

    /** Whether a source of so many channels is read in row-major order if it lies so: few of them would fill a block. */
    static boolean isInRows(int channels, int now) {
        return now == 1 && channels < LANES;
    }
}
