package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.util.List;

/**
 * Convolution as one product for each band of each image: the weight times the unrolled windows, added onto the bias. A
 * 1x1 convolution multiplies the image as it lies.
 */
record ConvForward(Cpu cpu) implements KernelFactory<Conv> {
    /** Multiplications of a product that take as long as an element-wise kernel on one element. */
    static final int PRODUCTS_PER_ELEMENT = 32;

    @Override
    public long workspace(Conv conv, List<Sizes> operands) {
        ConvShape shape = ConvShape.of(conv, operands.get(0));
        Windows windows = Windows.inBands(shape.grid(), shape.depth());
        return shape.isPlainProduct() ? 0 : cpu.pool().threads() * bandSize(shape, windows) * Float.BYTES;
    }

    private static long bandSize(ConvShape shape, Windows windows) {
        return (long) shape.depth() * windows.bandStride();
    }

    @Override
    public Runnable bind(Conv conv, Operands o) {
        return bind(conv, o, ElementFunction.NOTHING);
    }

    /** A convolution and a function of its result, applied to each band once it is computed. */
    Runnable bind(Conv conv, Operands o, ElementFunction epilogue) {
        ConvShape shape = ConvShape.of(conv, o.in(0).shape());
        Windows windows = Windows.inBands(shape.grid(), shape.depth());
        boolean plain = shape.isPlainProduct();
        Product product = new Product(
                Matrix.of(o.in(1).data(), shape.depth()),
                plain ? Matrix.of(o.in(0).data(), shape.positions()) : Matrix.of(o.workspace(), windows.bandStride()),
                Matrix.of(o.out().data(), shape.positions()));
        cpu.scratch().reserve(0, plain ? 0 : windows.paddedSize());
        int bands = windows.bands();
        return shape.described(cpu.forEach(
                shape.images() * bands,
                shape.products() / bands / PRODUCTS_PER_ELEMENT,
                new Band(cpu, shape, windows, product, o, conv.bias(), epilogue)));
    }

    /** One band of one image. */
    private record Band(
            Cpu cpu,
            ConvShape shape,
            Windows windows,
            Product product,
            Operands o,
            boolean bias,
            ElementFunction epilogue)
            implements Cpu.Item {
        @Override
        public void run(int index, int slot) {
            int image = index / windows.bands();
            int band = index % windows.bands();
            int first = windows.firstPosition(band);
            int n = windows.positions(band);
            for (int group = 0; group < shape.groups(); group++) {
                long in = shape.inputOffset(image, group);
                long out = shape.outputOffset(image, group) + first;
                long columns = in + first;
                if (!shape.isPlainProduct()) {
                    columns = slot * bandSize(shape, windows);
                    float[] padded = cpu.scratch().array(slot, 0);
                    windows.unroll(o.in(0).data(), in, shape.channels(), band, o.workspace(), columns, padded);
                }
                long weight = shape.weightOffset(group);
                if (bias) {
                    fillWithBias(group, out, n);
                    product.add(shape.filters(), n, shape.depth(), weight, columns, out);
                } else {
                    product.set(shape.filters(), n, shape.depth(), weight, columns, out);
                }
                finish(out, n, slot);
            }
        }

        private void finish(long out, int n, int slot) {
            if (n == shape.positions()) {
                epilogue.apply(out, n * shape.filters(), slot);
                return;
            }
            for (int f = 0; f < shape.filters(); f++) {
                epilogue.apply(out + (long) f * shape.positions(), n, slot);
            }
        }

        private void fillWithBias(int group, long out, int n) {
            for (int f = 0; f < shape.filters(); f++) {
                long row = Float.BYTES * (out + (long) f * shape.positions());
                Elements.fill(o.out().data(), row, n, o.in(2).get(group * shape.filters() + f));
            }
        }
    }
}
