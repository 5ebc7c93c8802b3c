package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.BYTES;
import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.window.Grid;
import dev.striate.runtime.backend.Packs.Packed;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Convolutions of each channel by itself, for any window, in blocks of channels. An item is a band of rows of one block, which
 * is copied with zeros for the padding, so that all windows are whole; the copy and the result stay in the nearest cache.
 *
 * @param cpu the threads
 * @param sums the geometry, as if all channels were one group
 * @param source where a band is read
 * @param bands bands of a plane
 */
record DepthwiseConvolution(Cpu cpu, DirectSums sums, DirectSource source, int bands) {
    /** Bytes of a band that leave room for the result in the nearest cache. */
    private static final long BAND = 24 * 1024;

    /** Of so many channels of some images. */
    static DepthwiseConvolution of(Cpu cpu, Grid grid, int images, int channels) {
        DirectSums sums = new DirectSums(
                images,
                1,
                channels,
                channels,
                grid.kernelW(),
                grid.kernelArea(),
                false,
                DirectAxis.forward(grid, 0),
                DirectAxis.forward(grid, 1));
        long row = Math.max(1, new DirectSource(sums, LANES, 1).rowBytes() * grid.strideH());
        int bands = Math.ceilDiv(grid.outH(), Math.clamp(BAND / row, 1, grid.outH()));
        int rows = Math.ceilDiv(grid.outH(), bands);
        return new DepthwiseConvolution(
                cpu, sums, new DirectSource(sums, LANES, rows), Math.ceilDiv(grid.outH(), rows));
    }

    /** Scratch memory, in bytes. */
    long workspace() {
        return source.inPlace() ? 0 : source.blockBytes() * cpu.pool().threads();
    }

    /**
     * A kernel.
     *
     * @param weight in blocks: one vector for each element of the window
     * @param finish what follows on each band of the result
     */
    Runnable bind(Tensor x, Packed weight, Tensor y, MemorySegment workspace, BlockFunction finish) {
        Run run = new Run(this, x, y, workspace, finish);
        long work = (long) source.bandRows() * sums.columns().out() * LANES * sums.area() / 2;
        Runnable all = cpu.forEach(sums.images() * y.blocks() * bands, work, run);
        return () -> {
            run.weight = weight.current().address();
            all.run();
        };
    }

    /** The work on given memory. */
    private static final class Run implements Cpu.Item {
        private final DepthwiseConvolution plan;
        private final Tensor x;
        private final Tensor y;
        private final MemorySegment workspace;
        private final BlockFunction finish;
        private final int[] taps;
        /** Where the packed weight lies at present. */
        private long weight;

        Run(DepthwiseConvolution plan, Tensor x, Tensor y, MemorySegment workspace, BlockFunction finish) {
            this.plan = plan;
            this.x = x;
            this.y = y;
            this.workspace = workspace;
            this.finish = finish;
            taps = plan.source.taps(0, 0);
        }

        @Override
        public void run(int index, int slot) {
            int band = index % plan.bands;
            int block = index / plan.bands % y.blocks();
            int image = index / plan.bands / y.blocks();
            DirectSource source = plan.source;
            long skip = block * source.blockBytes();
            if (source.inPlace()) {
                rows(image, block, band, x.data().address() + source.offset(image, 0, band) + skip, slot);
            } else {
                long at = slot * source.blockBytes();
                source.fill(x, image, 0, band, block, block + 1, workspace, at - skip);
                rows(image, block, band, workspace.address() + at, slot);
            }
        }

        private void rows(int image, int block, int band, long from, int slot) {
            int outW = plan.sums.columns().out();
            int first = band * plan.source.bandRows();
            int rows = Math.min(plan.source.bandRows(), plan.sums.rows().out() - first);
            long next = plan.sums.rows().stride() * plan.source.rowBytes();
            long weights = weight + (long) block * plan.sums.area() * BYTES;
            long to = (((long) image * y.blocks() + block) * plan.sums.rows().out() + first) * outW * BYTES;
            DepthwiseLoops.forward(
                    from, next, taps, weights, rows, outW, y.data().address() + to);
            finish.apply(image, block, first * outW, rows * outW, slot);
        }
    }
}
