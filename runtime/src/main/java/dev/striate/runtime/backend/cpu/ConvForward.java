package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;
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
        return shape.isPlainProduct() ? 0 : cpu.pool().threads() * bandSize(shape) * Float.BYTES;
    }

    private static long bandSize(ConvShape shape) {
        return (long) shape.depth()
                * Windows.inBands(shape.grid(), shape.depth()).bandStride();
    }

    @Override
    public Runnable bind(Conv conv, Operands o) {
        ConvShape shape = ConvShape.of(conv, o.in(0).shape());
        Windows windows = Windows.inBands(shape.grid(), shape.depth());
        boolean plain = shape.isPlainProduct();
        MemorySegment x = o.in(0).data();
        MemorySegment y = o.out().data();
        Product product = new Product(
                Matrix.of(o.in(1).data(), shape.depth()),
                plain ? Matrix.of(x, shape.positions()) : Matrix.of(o.workspace(), windows.bandStride()),
                Matrix.of(y, shape.positions()));
        cpu.scratch().reserve(0, plain ? 0 : windows.paddedSize());
        int bands = windows.bands();
        long work = shape.products() / bands / PRODUCTS_PER_ELEMENT;
        return cpu.forEach(shape.images() * bands, work, (item, slot) -> {
            int image = item / bands;
            int band = item % bands;
            int first = windows.firstPosition(band);
            int n = windows.positions(band);
            for (int group = 0; group < shape.groups(); group++) {
                long in = shape.inputOffset(image, group);
                long out = shape.outputOffset(image, group) + first;
                long columns = plain ? in + first : slot * bandSize(shape);
                if (!plain) {
                    windows.unroll(
                            x,
                            in,
                            shape.channels(),
                            band,
                            o.workspace(),
                            columns,
                            cpu.scratch().array(slot, 0));
                }
                if (conv.bias()) {
                    for (int f = 0; f < shape.filters(); f++) {
                        long row = Float.BYTES * (out + (long) f * shape.positions());
                        Elements.fill(y, row, n, o.in(2).get(group * shape.filters() + f));
                    }
                    product.add(shape.filters(), n, shape.depth(), shape.weightOffset(group), columns, out);
                } else {
                    product.set(shape.filters(), n, shape.depth(), shape.weightOffset(group), columns, out);
                }
            }
        });
    }
}
