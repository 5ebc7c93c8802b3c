package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The data gradient of a convolution: the transposed weight times the output's gradient gives columns, which are folded
 * into the image. Works on some channels of one image at a time; no two of these write the same element.
 */
record ConvInputGradient(Cpu cpu) implements KernelFactory<ConvGradInput> {
    /** The most elements of columns at a time, unless one channel alone has more: one megabyte. */
    private static final int LARGEST_COLUMNS = 256 * 1024;

    @Override
    public long workspace(ConvGradInput kernel, List<Sizes> operands) {
        ConvShape shape = ConvShape.of(kernel.conv(), kernel.shape());
        return shape.isPlainProduct() ? 0 : cpu.pool().threads() * slotSize(shape) * Float.BYTES;
    }

    private static int channelsAtATime(ConvShape shape) {
        long one =
                (long) shape.grid().kernelArea() * Windows.whole(shape.grid()).foldStride();
        return Math.clamp(LARGEST_COLUMNS / one, 1, shape.channels());
    }

    private static long columnsSize(ConvShape shape) {
        return (long) channelsAtATime(shape)
                * shape.grid().kernelArea()
                * Windows.whole(shape.grid()).foldStride();
    }

    /** Columns, and the spread gradient behind them. */
    private static long slotSize(ConvShape shape) {
        return columnsSize(shape)
                + (long) shape.filters() * Windows.whole(shape.grid()).foldStride();
    }

    @Override
    public Runnable bind(ConvGradInput kernel, Operands o) {
        ConvShape shape = ConvShape.of(kernel.conv(), kernel.shape());
        return shape.isPlainProduct() ? plain(shape, o) : folding(shape, o);
    }

    private Runnable plain(ConvShape shape, Operands o) {
        Product product = new Product(
                Matrix.of(o.in(1).data(), shape.depth()).transpose(),
                Matrix.of(o.in(0).data(), shape.positions()),
                Matrix.of(o.out().data(), shape.positions()));
        long work = shape.products() / ConvForward.PRODUCTS_PER_ELEMENT;
        return cpu.forEach(shape.images(), work, (image, slot) -> {
            for (int group = 0; group < shape.groups(); group++) {
                product.set(
                        shape.channels(),
                        shape.positions(),
                        shape.filters(),
                        shape.weightOffset(group),
                        shape.outputOffset(image, group),
                        shape.inputOffset(image, group));
            }
        });
    }

    private Runnable folding(ConvShape shape, Operands o) {
        Windows windows = Windows.whole(shape.grid());
        int stride = windows.foldStride();
        int atATime = channelsAtATime(shape);
        int parts = Math.ceilDiv(shape.channels(), atATime);
        int area = shape.grid().kernelArea();
        MemorySegment workspace = o.workspace();
        Product product = new Product(
                Matrix.of(o.in(1).data(), shape.depth()).transpose(),
                Matrix.of(workspace, stride),
                Matrix.of(workspace, stride));
        cpu.scratch().reserve(0, windows.paddedSize());
        cpu.scratch().reserve(1, stride);
        long work = shape.products() / parts / ConvForward.PRODUCTS_PER_ELEMENT;
        return cpu.forEach(shape.images() * parts, work, (item, slot) -> {
            int image = item / parts;
            int first = item % parts * atATime;
            int channels = Math.min(atATime, shape.channels() - first);
            long columns = slot * slotSize(shape);
            long spread = columns + columnsSize(shape);
            for (int group = 0; group < shape.groups(); group++) {
                int rows = shape.filters() * shape.grid().outH();
                windows.spread(o.in(0).data(), shape.outputOffset(image, group), rows, workspace, spread);
                long weight = shape.weightOffset(group) + (long) first * area;
                product.set(channels * area, stride, shape.filters(), weight, spread, columns);
                long to = shape.inputOffset(image, group)
                        + (long) first * shape.grid().area();
                float[] padded = cpu.scratch().array(slot, 0);
                windows.fold(
                        workspace,
                        columns,
                        channels,
                        o.out().data(),
                        to,
                        padded,
                        cpu.scratch().array(slot, 1));
            }
        });
    }
}
