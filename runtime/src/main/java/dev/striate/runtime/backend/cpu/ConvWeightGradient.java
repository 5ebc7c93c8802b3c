package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ConvGradWeight;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The weight gradient of a convolution: the output's gradient times the transposed unrolled windows, summed over the
 * images. The work falls into parts of the channels, whose results lie side by side, and parts of the images, whose
 * results are added up in order afterwards. How many parts there are follows from the shapes alone.
 */
record ConvWeightGradient(Cpu cpu) implements KernelFactory<ConvGradWeight> {
    /** Parts of work that are enough for the threads of a usual machine. */
    private static final int PARTS = 8;

    /** Fewest rows of columns in a product, where there are as many: fewer waste time on packing the other operand. */
    private static final int FEWEST_ROWS = 512;

    /** Fewest multiplications of a part: a fraction of a millisecond. */
    private static final long FEWEST_PRODUCTS = 4_000_000;

    /** How the work falls into parts. */
    private record Parts(int channelsEach, int channelParts, int imagesEach, int imageParts) {
        static Parts of(ConvShape shape) {
            int channels = Math.min(
                    shape.channels(), Math.ceilDiv(FEWEST_ROWS, shape.grid().kernelArea()));
            int channelParts = Math.ceilDiv(shape.channels(), channels);
            long affordable = Math.max(1, shape.images() * shape.products() / FEWEST_PRODUCTS);
            int wanted = (int) Math.min(Math.ceilDiv(PARTS, channelParts), affordable);
            int images = Math.ceilDiv(shape.images(), wanted);
            return new Parts(channels, channelParts, images, Math.ceilDiv(shape.images(), images));
        }
    }

    @Override
    public long workspace(ConvGradWeight kernel, List<Sizes> operands) {
        ConvShape shape = ConvShape.of(kernel.conv(), operands.get(1));
        long columns = shape.isPlainProduct() ? 0 : cpu.pool().threads() * bandSize(shape);
        return (partialsSize(shape) + columns) * Float.BYTES;
    }

    /** The results of parts of the images, which come first in the workspace; none when there is one part. */
    private static long partialsSize(ConvShape shape) {
        int parts = Parts.of(shape).imageParts();
        return parts == 1 ? 0 : parts * weightSize(shape);
    }

    private static long weightSize(ConvShape shape) {
        return shape.weightOffset(shape.groups());
    }

    private static Windows windows(ConvShape shape) {
        int rows = Parts.of(shape).channelsEach() * shape.grid().kernelArea();
        return Windows.inBands(shape.grid(), rows);
    }

    private static long bandSize(ConvShape shape) {
        return (long) Parts.of(shape).channelsEach()
                * shape.grid().kernelArea()
                * windows(shape).bandStride();
    }

    @Override
    public Runnable bind(ConvGradWeight kernel, Operands o) {
        ConvShape shape = ConvShape.of(kernel.conv(), o.in(1).shape());
        Parts parts = Parts.of(shape);
        Windows windows = windows(shape);
        MemorySegment result = parts.imageParts() == 1 ? o.out().data() : o.workspace();
        Matrix columns = shape.isPlainProduct()
                ? Matrix.of(o.in(1).data(), shape.positions())
                : Matrix.of(o.workspace(), windows.bandStride());
        Product product = new Product(
                Matrix.of(o.in(0).data(), shape.positions()), columns.transpose(), Matrix.of(result, shape.depth()));
        cpu.scratch().reserve(0, shape.isPlainProduct() ? 0 : windows.paddedSize());
        Runnable products = cpu.parallel(
                parts.channelParts() * parts.imageParts(), new PartTask(cpu, shape, parts, windows, product, o));
        return parts.imageParts() == 1 ? products : thenSum(products, weightSize(shape), parts.imageParts(), o);
    }

    /** Products of one part of the channels with one part of the images. */
    private record PartTask(Cpu cpu, ConvShape shape, Parts parts, Windows windows, Product product, Operands o)
            implements WorkerPool.Task {
        @Override
        public void run(int block, int slot) {
            int part = block / parts.channelParts();
            int firstChannel = block % parts.channelParts() * parts.channelsEach();
            int channels = Math.min(parts.channelsEach(), shape.channels() - firstChannel);
            int firstImage = part * parts.imagesEach();
            int endImage = Math.min(shape.images(), firstImage + parts.imagesEach());
            for (int group = 0; group < shape.groups(); group++) {
                long result = part * weightSize(shape)
                        + shape.weightOffset(group)
                        + (long) firstChannel * shape.grid().kernelArea();
                for (int image = firstImage; image < endImage; image++) {
                    long in = shape.inputOffset(image, group)
                            + (long) firstChannel * shape.grid().area();
                    multiply(image == firstImage, in, channels, shape.outputOffset(image, group), result, slot);
                }
            }
        }

        private void multiply(boolean first, long in, int channels, long out, long result, int slot) {
            int columns = channels * shape.grid().kernelArea();
            for (int band = 0; band < windows.bands(); band++) {
                long position = windows.firstPosition(band);
                long from = in + position;
                if (!shape.isPlainProduct()) {
                    from = partialsSize(shape) + slot * bandSize(shape);
                    float[] padded = cpu.scratch().array(slot, 0);
                    windows.unroll(o.in(1).data(), in, channels, band, o.workspace(), from, padded);
                }
                int n = windows.positions(band);
                if (first && band == 0) {
                    product.set(shape.filters(), columns, n, out + position, from, result);
                } else {
                    product.add(shape.filters(), columns, n, out + position, from, result);
                }
            }
        }
    }

    private Runnable thenSum(Runnable products, long size, int parts, Operands o) {
        cpu.scratch().reserve(0, PointwiseProgram.BLOCK);
        cpu.scratch().reserve(1, PointwiseProgram.BLOCK);
        int blocks = (int) Math.ceilDiv(size, PointwiseProgram.BLOCK);
        Runnable sum = cpu.forEach(blocks, (long) parts * PointwiseProgram.BLOCK, (block, slot) -> {
            float[] total = cpu.scratch().array(slot, 0);
            float[] next = cpu.scratch().array(slot, 1);
            long first = (long) block * PointwiseProgram.BLOCK;
            int n = (int) Math.min(PointwiseProgram.BLOCK, size - first);
            MemorySegment.copy(o.workspace(), JAVA_FLOAT, Float.BYTES * first, total, 0, n);
            for (int part = 1; part < parts; part++) {
                MemorySegment.copy(o.workspace(), JAVA_FLOAT, Float.BYTES * (part * size + first), next, 0, n);
                VectorMath.add(total, next, total, n);
            }
            MemorySegment.copy(total, 0, o.out().data(), JAVA_FLOAT, Float.BYTES * first, n);
        });
        return () -> {
            products.run();
            sum.run();
        };
    }
}
