package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;
import static java.util.Objects.requireNonNull;

import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.Packs;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions, and gradients of convolutions by their inputs, as plain sums in registers, for any window. The work falls
 * into items: a band of rows of an image and group, for some pairs of blocks of output channels.
 *
 * @param cpu the threads
 * @param sums what is computed
 * @param source where it is read
 * @param bands bands of an image
 * @param pairsEach pairs of blocks of output channels of an item
 */
record DirectConvolution(Cpu cpu, DirectSums sums, DirectSource source, int bands, int pairsEach) {
    /** Bytes of a band that stay in the second cache beside the weights of a pair. */
    private static final long BAND = 256 * 1024;

    /** What it costs to hand an item to a thread, and what a copy that several items share costs beyond, in multiplications. */
    private static final long ITEM = 100_000;

    private static final long COPY = 400_000;

    /** Threads are never equally fast: at the end they wait for one another for this part of an item. */
    private static final int WAITING = 8;

    /** Bytes of weights that a second cache does not keep from one band to the next. */
    private static final long LARGE = 1 << 20;

    /** Bytes of such weights that are read once more in the time of a multiplication. */
    private static final int BYTES_PER_PRODUCT = 3;

    /** The most bands are this many times those that the cache asks for, or that the threads need. */
    private static final int FINEST = 4;

    /** Multiplications that take as long as an element-wise kernel on one element. */
    private static final int PRODUCTS_PER_ELEMENT = 64;

    /**
     * Of some sums, cut so that the threads are done at about the same time. How does not change what comes out: each output
     * is summed up within one item.
     *
     * @param lanes channels of a block of the source; 1 in row-major order
     */
    static DirectConvolution of(Cpu cpu, DirectSums sums, int lanes) {
        int rows = sums.rows().count(0);
        DirectSource one = new DirectSource(sums, lanes, 1);
        long bytesOfRow =
                Math.max(1, one.rowBytes() * one.blocks() * sums.rows().stride());
        int fewest = Math.ceilDiv(rows, Math.clamp(BAND / bytesOfRow, 1, rows));
        int most = Math.min(rows, Math.max(fewest, cpu.pool().threads()) * FINEST);
        DirectConvolution best = null;
        long least = Long.MAX_VALUE;
        for (int bands = fewest; bands <= most; bands++) {
            int bandRows = Math.ceilDiv(rows, bands);
            DirectSource source = new DirectSource(sums, lanes, bandRows);
            for (int each = sums.pairs(); each > 0; each--) {
                var cut = new DirectConvolution(cpu, sums, source, Math.ceilDiv(rows, bandRows), each);
                long time = cut.time();
                if (time < least) {
                    least = time;
                    best = cut;
                }
            }
        }
        return requireNonNull(best);
    }

    /** Until all threads are done, in multiplications of one. */
    private long time() {
        long item = work(sums) * source.bandRows() * pairsEach / sums.rows().count(0) / sums.pairs() / sums.groups();
        int threads = cpu.pool().threads();
        long rounds = Math.ceilDiv((long) sums.images() * items(), threads);
        long waiting = threads > 1 ? item / WAITING : 0;
        long weights = sums.pairs() * sums.pairBytes() > LARGE ? pairsEach * sums.pairBytes() / BYTES_PER_PRODUCT : 0;
        return rounds * (item + ITEM + weights) + waiting + (shares() && !source.inPlace() ? COPY : 0);
    }

    /** What an image takes, padding lanes and what follows each sum included, in multiplications. */
    private static long work(DirectSums sums) {
        long lanes = (long) Math.ceilDiv(sums.out(), LANES) * LANES * sums.groups();
        long area = (long) sums.rows().out() * sums.columns().out();
        return lanes * (sums.products() / sums.groups() / sums.out() + area * PRODUCTS_PER_ELEMENT / 2);
    }

    /** Whether items of the same band share one copy of it, made beforehand. */
    private boolean shares() {
        return pairsEach < sums.pairs();
    }

    /** Bands of all images and groups. */
    private int allBands() {
        return sums.images() * sums.groups() * bands;
    }

    /** Scratch memory for the copies of bands, in bytes. */
    long workspace() {
        return source.bytes() * (shares() ? allBands() : cpu.pool().threads());
    }

    /** Items of an image. */
    private int items() {
        return sums.groups() * bands * Math.ceilDiv(sums.pairs(), pairsEach);
    }

    /**
     * A kernel.
     *
     * @param epilogue what follows; null for nothing
     */
    Runnable bind(
            Tensor x, Tensor weight, Tensor y, Packs packs, MemorySegment workspace, @Nullable Epilogue epilogue) {
        Packed packed = new DirectWeights(cpu, sums, source.lanes()).of(packs, weight);
        Run run = new Run(this, x, y, workspace, epilogue, phases());
        Runnable all = cpu.parallel(sums.images() * items(), run::run);
        boolean copies = shares() && !source.inPlace();
        Runnable copy = cpu.forEach(copies ? allBands() : 0, source.bytes() / Float.BYTES, run::copy);
        return Described.as(source.lanes() > 1 ? "direct" : "direct, from rows", () -> {
            run.weight = packed.current().address();
            if (epilogue != null) {
                epilogue.prepare();
            }
            copy.run();
            all.run();
        });
    }

    /** The phases, those of a row together. */
    private Phase[] phases() {
        Phase[] phases = new Phase[sums.rows().phases() * sums.columns().phases()];
        long weight = 0;
        for (int i = 0; i < phases.length; i++) {
            int row = i / sums.columns().phases();
            int column = i % sums.columns().phases();
            int[] steps = source.steps(row, column);
            phases[i] = new Phase(row, column, steps, weight);
            weight += (long) DirectWeights.STEP * steps.length;
        }
        return phases;
    }

    /** Outputs with the same taps: their steps in the source and in the weight, and where their weight begins. */
    private static final class Phase {
        private final int row;
        private final int column;
        private final int[] steps;
        private final long weight;

        Phase(int row, int column, int[] steps, long weight) {
            this.row = row;
            this.column = column;
            this.steps = steps;
            this.weight = weight;
        }
    }

    /** The work on given memory. */
    private static final class Run implements Cpu.Item {
        private final DirectConvolution plan;
        private final DirectSums sums;
        private final Tensor x;
        private final Tensor y;
        private final MemorySegment workspace;
        private final @Nullable Epilogue epilogue;
        private final Phase[] phases;
        /** Where the packed weight lies at present. */
        private long weight;

        Run(
                DirectConvolution plan,
                Tensor x,
                Tensor y,
                MemorySegment workspace,
                @Nullable Epilogue epilogue,
                Phase[] phases) {
            this.plan = plan;
            this.sums = plan.sums;
            this.x = x;
            this.y = y;
            this.workspace = workspace;
            this.epilogue = epilogue;
            this.phases = phases;
        }

        @Override
        public void run(int index, int slot) {
            int image = index / plan.items();
            int item = index % plan.items();
            int parts = Math.ceilDiv(sums.pairs(), plan.pairsEach);
            int part = item % parts;
            int band = item / parts % plan.bands;
            int group = item / parts / plan.bands;
            DirectSource source = plan.source;
            long from;
            if (source.inPlace()) {
                from = x.data().address() + source.offset(image, group, band);
            } else if (plan.shares()) {
                from = workspace.address() + index / parts * source.bytes();
            } else {
                source.fill(x, image, group, band, workspace, slot * source.bytes());
                from = workspace.address() + slot * source.bytes();
            }
            int end = Math.min(sums.pairs(), (part + 1) * plan.pairsEach);
            for (int pair = part * plan.pairsEach; pair < end; pair++) {
                pair(image, group, pair, band, from, slot);
            }
        }

        /** Copies a band that several items read. */
        void copy(int index, int slot) {
            int group = index / plan.bands % sums.groups();
            int image = index / plan.bands / sums.groups();
            plan.source.fill(x, image, group, index % plan.bands, workspace, index * plan.source.bytes());
        }

        /** A band of two blocks of output channels. */
        private void pair(int image, int group, int pair, int band, long from, int slot) {
            int outW = sums.columns().out();
            int area = sums.rows().out() * outW;
            int block = group * (sums.out() / LANES) + 2 * pair;
            boolean two = pair * 2 * LANES + LANES < sums.out();
            long plane = two ? (long) BYTES * area : 0;
            long out = y.data().address() + (long) BYTES * area * ((long) image * sums.outBlocks() + block);
            long weights = weight + (group * (long) sums.pairs() + pair) * sums.pairBytes();
            int step = sums.rows().step();
            int first = band * plan.source.bandRows();
            int rows = Math.min(plan.source.bandRows(), sums.rows().count(0) - first);
            int finished = Math.max(1, VectorProgram.RUN / outW); // rows at a time, since each call has a price
            for (int i = 0; i < rows; i++) {
                long source = from + (long) i * sums.rows().stride() * plan.source.rowBytes();
                for (Phase phase : phases) {
                    int row = (first + i) * step + phase.row;
                    if (row < sums.rows().out()) {
                        row(phase, source, weights + phase.weight, out + (long) BYTES * row * outW, plane);
                    }
                }
                if (epilogue != null && ((i + 1) % finished == 0 || i + 1 == rows)) {
                    int begin = i / finished * finished;
                    int pixels = (i + 1 - begin) * outW;
                    epilogue.apply(image, block, (first + begin) * outW, pixels, slot);
                    if (two) {
                        epilogue.apply(image, block + 1, (first + begin) * outW, pixels, slot);
                    }
                }
            }
        }

        /** The outputs of a phase in one row. */
        private void row(Phase phase, long source, long weights, long out, long plane) {
            int step = sums.columns().step();
            int count = sums.columns().count(phase.column);
            long pixel = (long) BYTES * step;
            int whole = wholeTile(count, plane);
            if (whole > 0) {
                wholeTiles(whole, phase, count, source, weights, out, plane);
                return;
            }
            int tiles = Math.ceilDiv(count, BlockTiles.MOST);
            for (int tile = 0; tile < tiles; tile++) {
                int first = count * tile / tiles;
                int n = count * (tile + 1) / tiles - first;
                long to = out + (long) BYTES * (phase.column + (long) first * step);
                long read = source + (long) plan.source.pixel() * first;
                if (plan.source.lanes() > 1) {
                    BlockTiles.set(n, read, phase.steps, weights, to, pixel, plane);
                } else {
                    RowTiles.set(
                            n,
                            read,
                            phase.steps,
                            weights,
                            DirectWeights.STEP,
                            phase.steps.length,
                            BYTES,
                            to,
                            pixel,
                            plane);
                }
            }
        }

        /** The pixels of tiles that do a row best, of which the last one may do pixels once more; 0 if these are tiles of any size. */
        private int wholeTile(int count, long plane) {
            if (plan.source.lanes() > 1) {
                return plane > 0 ? 0 : LoneTiles.size(count);
            }
            if (plane == 0 && count >= OneBlockTile.PIXELS) {
                return OneBlockTile.PIXELS;
            }
            return ImageTiles.FIT && count >= ImageTiles.PIXELS ? ImageTiles.PIXELS : 0;
        }

        /** The outputs of a phase in one row in such tiles. */
        private void wholeTiles(int pixels, Phase phase, int count, long source, long weights, long out, long plane) {
            int step = sums.columns().step();
            long pixel = (long) BYTES * step;
            for (int next = 0; next < count; next += pixels) {
                int first = Math.min(next, count - pixels);
                long to = out + (long) BYTES * (phase.column + (long) first * step);
                long read = source + (long) plan.source.pixel() * first;
                if (plan.source.lanes() > 1) {
                    LoneTiles.set(pixels, read, phase.steps, weights, DirectWeights.STEP, to, pixel);
                } else if (pixels == OneBlockTile.PIXELS) {
                    OneBlockTile.set(read, phase.steps, weights, to, pixel);
                } else {
                    ImageTiles.set(read, phase.steps, weights, to, pixel, plane);
                }
            }
        }
    }
}
