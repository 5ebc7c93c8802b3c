package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static dev.striate.runtime.simd.Simd.ORDER;
import static dev.striate.runtime.simd.Simd.S;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Sums over steps for neighbouring pixels of a few channels, in row-major order. The work falls into items: a band of rows of an
 * image. Rows that are shorter than a vector are computed in pairs, with pixels behind their end that nobody keeps.
 */
final class RowSums {
    /** Bytes of a band that stay in the second cache. */
    private static final long BAND = 256 * 1024;

    /** Multiplications that are worth an item of their own. */
    private static final long FEWEST_PRODUCTS = 500_000;

    /** The most items of an image that the work, and not the cache, asks for. */
    private static final int ITEMS = 8;

    /** Multiplications that take as long as an element-wise kernel on one element. */
    private static final int PRODUCTS_PER_ELEMENT = 64;

    private final Cpu cpu;
    private final DirectSums sums;
    private final DirectSource source;
    private final int bands;
    private final int width;
    private final int[] steps;

    /** For sums that {@link #fits fit}. */
    RowSums(Cpu cpu, DirectSums sums) {
        this.cpu = cpu;
        this.sums = sums;
        source = source(sums);
        bands = Math.ceilDiv(sums.rows().out(), source.bandRows());
        width = sums.columns().out();
        steps = source.steps(0, 0);
    }

    /** Whether rows can be read as vectors, and fill half of one at least. */
    static boolean fits(DirectSums sums) {
        DirectAxis columns = sums.columns();
        return columns.stride() == 1
                && columns.step() == 1
                && sums.rows().step() == 1
                && (columns.out() >= LANES || (2 * columns.out() >= LANES && !new DirectSource(sums, 1, 1).inPlace()));
    }

    /** A source of bands that fit into the cache, and are enough for some threads where there is work for these. */
    static DirectSource source(DirectSums sums) {
        int rows = sums.rows().out();
        DirectSource one = new DirectSource(sums, 1, 1);
        long bytesOfRow = one.rowBytes() * one.blocks() * sums.rows().stride();
        long work = sums.products() + (long) sums.out() * rows * sums.columns().out() * PRODUCTS_PER_ELEMENT;
        long items = Math.clamp(sums.images() * work / FEWEST_PRODUCTS, 1, ITEMS);
        long bands = Math.max(Math.ceilDiv(bytesOfRow * rows, BAND), Math.ceilDiv(items, sums.images()));
        return new DirectSource(sums, 1, Math.ceilDiv(rows, (int) Math.min(bands, rows)));
    }

    /** The scratch memory of all workers, in bytes. */
    long bytes() {
        return perWorker() * cpu.pool().threads();
    }

    /** Of one: the copy of a band, what vectors at its end read beyond, and results of rows that are shorter than a vector. */
    private long perWorker() {
        return results() + (width < LANES ? (long) RowTile.CHANNELS * pitch() : 0);
    }

    private long results() {
        return source.inPlace() ? 0 : source.bytes() + 2L * BYTES;
    }

    /** From one channel to the next among the results of short rows: those of a band and one more, which makes pairs. */
    private long pitch() {
        return (source.bandRows() + 1L) * BYTES;
    }

    /**
     * What computes them.
     *
     * @param x the source
     * @param weights for each channel of the result as many as there are steps, read in each run
     * @param bias a number for each channel, read in each run
     * @param y the result
     * @param rest what follows; null for nothing
     */
    Runnable bind(
            Tensor x, float[] weights, float[] bias, Tensor y, MemorySegment workspace, @Nullable RowFunction rest) {
        Run run = new Run(x, weights, bias, y, workspace, rest);
        return cpu.parallel(sums.images() * bands, run::run);
    }

    /** The work on given memory. */
    private final class Run {
        private final Tensor x;
        private final float[] weights;
        private final float[] bias;
        private final MemorySegment y;
        private final MemorySegment workspace;
        private final @Nullable RowFunction rest;

        Run(Tensor x, float[] weights, float[] bias, Tensor y, MemorySegment workspace, @Nullable RowFunction rest) {
            this.x = x;
            this.weights = weights;
            this.bias = bias;
            this.y = y.data();
            this.workspace = workspace;
            this.rest = rest;
        }

        void run(int index, int slot) {
            int image = index / bands;
            int band = index % bands;
            long own = slot * perWorker();
            MemorySegment from = source.inPlace() ? x.data() : workspace;
            long at = source.inPlace() ? source.offset(image, 0, band) : own;
            if (!source.inPlace()) {
                source.fill(x, image, 0, band, from, at);
            }
            int first = band * source.bandRows();
            int rows = Math.min(source.bandRows(), sums.rows().out() - first);
            for (int channel = 0; channel < sums.out(); channel += RowTile.CHANNELS) {
                if (width < LANES) {
                    shortRows(image, channel, first, rows, at, own + results());
                } else {
                    rows(image, channel, first, rows, from, at);
                }
            }
            for (int channel = 0; channel < sums.out() && rest != null; channel++) {
                rest.apply(pixel(image, channel, first), rows * width, slot);
            }
        }

        /** The number of the first element of a row of the result. */
        private int pixel(int image, int channel, int row) {
            return ((image * sums.out() + channel) * sums.rows().out() + row) * width;
        }

        private long sourceRow(long at, int row) {
            return at + (long) row * sums.rows().stride() * source.rowBytes();
        }

        /** Rows of some channels, in whole vectors, of which the last one of a row may compute pixels once more. */
        private void rows(int image, int channel, int first, int rows, MemorySegment from, long at) {
            long plane = (long) Float.BYTES * sums.rows().out() * width;
            for (int row = 0; row < rows; row++) {
                long read = sourceRow(at, row);
                long to = (long) Float.BYTES * pixel(image, channel, first + row);
                for (int next = 0; next < width; next += 2 * LANES) {
                    long left = (long) Float.BYTES * Math.min(next, width - LANES);
                    long right = (long) Float.BYTES * Math.min(next + LANES, width - LANES);
                    tile(channel, from, read + left, read + right, y, to + left, to + right, plane);
                }
            }
        }

        /** Rows of some channels that are shorter than a vector: two at a time, beside the result first. */
        private void shortRows(int image, int channel, int first, int rows, long at, long to) {
            for (int row = 0; row < rows; row += 2) {
                long second = sourceRow(at, Math.min(row + 1, rows - 1));
                long place = to + (long) row * BYTES;
                tile(channel, workspace, sourceRow(at, row), second, workspace, place, place + BYTES, pitch());
            }
            int channels = Math.min(RowTile.CHANNELS, sums.out() - channel);
            for (int c = 0; c < channels; c++) {
                long result = (long) Float.BYTES * pixel(image, channel + c, first);
                keep(to + c * pitch(), rows, result);
            }
        }

        /** Copies short rows: each vector reaches into the next row, which follows; the last row must not. */
        private void keep(long from, int rows, long to) {
            for (int row = 0; row < rows - 1; row++) {
                FloatVector.fromMemorySegment(S, workspace, from + (long) row * BYTES, ORDER)
                        .intoMemorySegment(y, to + (long) Float.BYTES * row * width, ORDER);
            }
            for (int i = 0; i < width; i++) {
                float value = workspace.get(JAVA_FLOAT, from + (rows - 1L) * BYTES + (long) Float.BYTES * i);
                y.set(JAVA_FLOAT, to + (long) Float.BYTES * ((rows - 1L) * width + i), value);
            }
        }

        private void tile(
                int channel,
                MemorySegment from,
                long left,
                long right,
                MemorySegment to,
                long leftTo,
                long rightTo,
                long plane) {
            RowTile.set(
                    Math.min(RowTile.CHANNELS, sums.out() - channel),
                    from,
                    left,
                    right,
                    steps,
                    weights,
                    channel * steps.length,
                    bias,
                    channel,
                    to,
                    leftTo,
                    rightTo,
                    plane);
        }
    }
}
