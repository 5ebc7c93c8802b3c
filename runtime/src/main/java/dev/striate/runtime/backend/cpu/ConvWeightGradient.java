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

    /** How the work falls into parts, and the memory that they need. */
    private record Plan(
            ConvShape shape, int channelsEach, int channelParts, int imagesEach, int imageParts, Windows windows) {
        static Plan of(ConvShape shape) {
            int area = shape.grid().kernelArea();
            int channels = Math.min(shape.channels(), Math.ceilDiv(FEWEST_ROWS, area));
            int channelParts = Math.ceilDiv(shape.channels(), channels);
            long affordable = Math.max(1, shape.images() * shape.products() / FEWEST_PRODUCTS);
            int wanted = (int) Math.min(Math.ceilDiv(PARTS, channelParts), affordable);
            int images = Math.ceilDiv(shape.images(), wanted);
            int imageParts = Math.ceilDiv(shape.images(), images);
            Windows windows = Windows.inBands(shape.grid(), channels * area);
            return new Plan(shape, channels, channelParts, images, imageParts, windows);
        }

        long weightSize() {
            return shape.weightOffset(shape.groups());
        }

        /** The results of parts of the images, which come first in the workspace; none when there is one part. */
        long partialsSize() {
            return imageParts == 1 ? 0 : imageParts * weightSize();
        }

        /** The unrolled windows of one worker. */
        long bandSize() {
            return (long) channelsEach * shape.grid().kernelArea() * windows.bandStride();
        }
    }

    @Override
    public long workspace(ConvGradWeight kernel, List<Sizes> operands) {
        Plan plan = Plan.of(ConvShape.of(kernel.conv(), operands.get(1)));
        long columns = plan.shape().isPlainProduct() ? 0 : cpu.pool().threads() * plan.bandSize();
        return (plan.partialsSize() + columns) * Float.BYTES;
    }

    @Override
    public Runnable bind(ConvGradWeight kernel, Operands o) {
        ConvShape shape = ConvShape.of(kernel.conv(), o.in(1).shape());
        Plan plan = Plan.of(shape);
        boolean plain = shape.isPlainProduct();
        Matrix columns = plain
                ? Matrix.of(o.in(1).data(), shape.positions())
                : Matrix.of(o.workspace(), plan.windows().bandStride());
        MemorySegment result = plan.imageParts() == 1 ? o.out().data() : o.workspace();
        Product product = new Product(
                Matrix.of(o.in(0).data(), shape.positions()), columns.transpose(), Matrix.of(result, shape.depth()));
        cpu.scratch().reserve(0, plain ? 0 : plan.windows().paddedSize());
        Runnable products = cpu.parallel(plan.channelParts() * plan.imageParts(), new Part(cpu, plan, product, o));
        return shape.described(
                plan.imageParts() == 1 ? products : thenSum(products, plan.weightSize(), plan.imageParts(), o));
    }

    /** Products of one part of the channels with one part of the images. */
    private record Part(Cpu cpu, Plan plan, Product product, Operands o) implements WorkerPool.Task {
        @Override
        public void run(int block, int slot) {
            ConvShape shape = plan.shape();
            int part = block / plan.channelParts();
            int firstChannel = block % plan.channelParts() * plan.channelsEach();
            int firstImage = part * plan.imagesEach();
            int endImage = Math.min(shape.images(), firstImage + plan.imagesEach());
            for (int group = 0; group < shape.groups(); group++) {
                long result = part * plan.weightSize()
                        + shape.weightOffset(group)
                        + (long) firstChannel * shape.grid().kernelArea();
                for (int image = firstImage; image < endImage; image++) {
                    multiply(image, group, firstChannel, result, image == firstImage, slot);
                }
            }
        }

        private void multiply(int image, int group, int firstChannel, long result, boolean first, int slot) {
            ConvShape shape = plan.shape();
            int channels = Math.min(plan.channelsEach(), shape.channels() - firstChannel);
            int columns = channels * shape.grid().kernelArea();
            long in = shape.inputOffset(image, group)
                    + (long) firstChannel * shape.grid().area();
            for (int band = 0; band < plan.windows().bands(); band++) {
                long position = plan.windows().firstPosition(band);
                long from = in + position;
                if (!shape.isPlainProduct()) {
                    from = plan.partialsSize() + slot * plan.bandSize();
                    float[] padded = cpu.scratch().array(slot, 0);
                    plan.windows().unroll(o.in(1).data(), in, channels, band, o.workspace(), from, padded);
                }
                int n = plan.windows().positions(band);
                long gradient = shape.outputOffset(image, group) + position;
                if (first && band == 0) {
                    product.set(shape.filters(), columns, n, gradient, from, result);
                } else {
                    product.add(shape.filters(), columns, n, gradient, from, result);
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
