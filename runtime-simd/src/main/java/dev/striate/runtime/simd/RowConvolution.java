package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fused;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions with few output channels, which would fill less than half a block: vectors are neighbouring pixels of one
 * channel, and all lies in row-major order. The work falls into items: a band of rows of an image.
 *
 * @param cpu the threads
 */
record RowConvolution(Cpu cpu) implements KernelFactory<Conv> {
    /** Bytes of a band that stay in the second cache. */
    private static final long BAND = 256 * 1024;

    /** Multiplications that are worth an item of their own. */
    private static final long FEWEST_PRODUCTS = 500_000;

    /** The most items of an image that the work, and not the cache, asks for. */
    private static final int ITEMS = 8;

    /** Multiplications that take as long as an element-wise kernel on one element. */
    private static final int PRODUCTS_PER_ELEMENT = 64;

    @Override
    public boolean accepts(Conv conv, List<Sizes> operands) {
        if (conv.groups() > 1 || 2 * conv.filters() > LANES) {
            return false;
        }
        DirectAxis columns = DirectSums.forward(conv, operands.get(0)).columns();
        return columns.stride() == 1 && columns.out() >= LANES;
    }

    @Override
    public long workspace(Conv conv, List<Sizes> operands) {
        return source(DirectSums.forward(conv, operands.get(0))).bytes()
                * cpu.pool().threads();
    }

    @Override
    public Runnable bind(Conv conv, Operands o) {
        return bind(conv, o, null);
    }

    /** A source of bands that fit into the cache, and are enough for some threads where there is work for these. */
    private static DirectSource source(DirectSums sums) {
        int rows = sums.rows().out();
        DirectSource one = new DirectSource(sums, 1, 1);
        long bytesOfRow = one.rowBytes() * one.blocks() * sums.rows().stride();
        long work = sums.products() + (long) sums.out() * rows * sums.columns().out() * PRODUCTS_PER_ELEMENT;
        long items = Math.clamp(sums.images() * work / FEWEST_PRODUCTS, 1, ITEMS);
        long bands = Math.max(Math.ceilDiv(bytesOfRow * rows, BAND), Math.ceilDiv(items, sums.images()));
        return new DirectSource(sums, 1, Math.ceilDiv(rows, (int) Math.min(bands, rows)));
    }

    private Runnable bind(Conv conv, Operands o, @Nullable RowFunction rest) {
        DirectSums sums = DirectSums.forward(conv, o.in(0).shape());
        DirectSource source = source(sums);
        int bands = Math.ceilDiv(sums.rows().out(), source.bandRows());
        Run run = new Run(sums, source, bands, o, rest);
        Runnable all = cpu.parallel(sums.images() * bands, run::run);
        return Described.as("rows", () -> {
            run.prepare();
            all.run();
        });
    }

    /** The work on given memory. */
    private static final class Run {
        private final DirectSums sums;
        private final DirectSource source;
        private final int bands;
        private final Operands o;
        private final @Nullable RowFunction rest;
        private final int[] steps;
        private final float[] bias;

        Run(DirectSums sums, DirectSource source, int bands, Operands o, @Nullable RowFunction rest) {
            this.sums = sums;
            this.source = source;
            this.bands = bands;
            this.o = o;
            this.rest = rest;
            steps = source.steps(0, 0);
            bias = new float[sums.out()];
        }

        /** Reads the present bias. */
        void prepare() {
            for (int c = 0; c < bias.length && o.in().size() > 2; c++) {
                bias[c] = o.in(2).get(c);
            }
        }

        void run(int index, int slot) {
            int image = index / bands;
            int band = index % bands;
            Tensor x = o.in(0);
            MemorySegment from = source.inPlace() ? x.data() : o.workspace();
            long at = source.inPlace() ? source.offset(image, 0, band) : slot * source.bytes();
            if (!source.inPlace()) {
                source.fill(x, image, 0, band, from, at);
            }
            int first = band * source.bandRows();
            int rows = Math.min(source.bandRows(), sums.rows().out() - first);
            int width = sums.columns().out();
            for (int channel = 0; channel < sums.out(); channel += RowTile.CHANNELS) {
                int to = pixel(image, channel, first);
                for (int row = 0; row < rows; row++) {
                    row(channel, from, at + (long) row * sums.rows().stride() * source.rowBytes(), to + row * width);
                }
            }
            for (int channel = 0; channel < sums.out() && rest != null; channel++) {
                rest.apply(pixel(image, channel, first), rows * width, slot);
            }
        }

        /** The number of the first element of a row of the result. */
        private int pixel(int image, int channel, int row) {
            int rows = sums.rows().out();
            return ((image * sums.out() + channel) * rows + row)
                    * sums.columns().out();
        }

        /** A row of some channels, in whole vectors, of which the last one may compute pixels once more. */
        private void row(int channel, MemorySegment from, long at, int to) {
            int width = sums.columns().out();
            int last = width - LANES;
            int area = sums.rows().out() * width;
            for (int next = 0; next < width; next += 2 * LANES) {
                int first = Math.min(next, last);
                int second = Math.min(next + LANES, last);
                RowTile.set(
                        Math.min(RowTile.CHANNELS, sums.out() - channel),
                        from,
                        at + (long) Float.BYTES * first,
                        at + (long) Float.BYTES * second,
                        steps,
                        o.in(1).data(),
                        (long) Float.BYTES * channel * steps.length,
                        bias,
                        channel,
                        o.out().data(),
                        (long) Float.BYTES * (to + first),
                        (long) Float.BYTES * (to + second),
                        (long) Float.BYTES * area);
            }
        }
    }

    /** The same with an element-wise function of the result. */
    record WithEpilogue(RowConvolution plain) implements KernelFactory<Fused> {
        @Override
        public boolean accepts(Fused kernel, List<Sizes> operands) {
            return kernel.anchor() instanceof Conv conv && plain.accepts(conv, kernel.ofAnchor(operands));
        }

        @Override
        public long workspace(Fused kernel, List<Sizes> operands) {
            return plain.workspace((Conv) kernel.anchor(), kernel.ofAnchor(operands));
        }

        @Override
        public Runnable bind(Fused kernel, Operands o) {
            List<Tensor> all = new ArrayList<>(List.of(o.out()));
            all.addAll(kernel.ofEpilogue(o.in()));
            RowFunction rest = RowFunction.of(plain.cpu(), kernel.epilogue(), all, o.out());
            return plain.bind((Conv) kernel.anchor(), o.with(kernel.ofAnchor(o.in())), rest);
        }
    }
}
