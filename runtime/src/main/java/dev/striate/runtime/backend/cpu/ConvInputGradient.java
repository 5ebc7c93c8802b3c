package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.util.List;

/**
 * The data gradient of a convolution: the transposed weight times the output's gradient gives columns, which are folded
 * into the image. Works on some channels of one image at a time; no two of these write the same element.
 */
record ConvInputGradient(Cpu cpu) implements KernelFactory<ConvGradInput> {
    /** The most elements of columns at a time, unless one channel alone has more: one megabyte. */
    private static final int LARGEST_COLUMNS = 256 * 1024;

    /** How many channels are worked on at a time, and the memory that one worker needs for them. */
    private record Plan(ConvShape shape, Windows windows, int channelsEach, int parts) {
        static Plan of(ConvShape shape) {
            Windows windows = Windows.whole(shape.grid());
            long one = (long) shape.grid().kernelArea() * windows.foldStride();
            int channels = Math.clamp(LARGEST_COLUMNS / one, 1, shape.channels());
            return new Plan(shape, windows, channels, Math.ceilDiv(shape.channels(), channels));
        }

        long columnsSize() {
            return (long) channelsEach * shape.grid().kernelArea() * windows.foldStride();
        }

        /** Columns, and the spread gradient behind them. */
        long slotSize() {
            return columnsSize() + (long) shape.filters() * windows.foldStride();
        }
    }

    @Override
    public long workspace(ConvGradInput kernel, List<Sizes> operands) {
        ConvShape shape = ConvShape.of(kernel.conv(), kernel.shape());
        return shape.isPlainProduct()
                ? 0
                : cpu.pool().threads() * Plan.of(shape).slotSize() * Float.BYTES;
    }

    @Override
    public Runnable bind(ConvGradInput kernel, Operands o) {
        return bind(kernel, o, ElementFunction.NOTHING);
    }

    /** The gradient and a function of it, applied to each part once it is computed. */
    Runnable bind(ConvGradInput kernel, Operands o, ElementFunction epilogue) {
        ConvShape shape = ConvShape.of(kernel.conv(), kernel.shape());
        return shape.described(
                shape.isPlainProduct() ? plain(shape, o, epilogue) : folding(Plan.of(shape), o, epilogue));
    }

    private Runnable plain(ConvShape shape, Operands o, ElementFunction epilogue) {
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
                int elements = shape.channels() * shape.positions();
                epilogue.apply(shape.inputOffset(image, group), elements, slot);
            }
        });
    }

    private Runnable folding(Plan plan, Operands o, ElementFunction epilogue) {
        int stride = plan.windows().foldStride();
        Product product = new Product(
                Matrix.of(o.in(1).data(), plan.shape().depth()).transpose(),
                Matrix.of(o.workspace(), stride),
                Matrix.of(o.workspace(), stride));
        cpu.scratch().reserve(0, plan.windows().paddedSize());
        cpu.scratch().reserve(1, stride);
        long work = plan.shape().products() / plan.parts() / ConvForward.PRODUCTS_PER_ELEMENT;
        return cpu.forEach(plan.shape().images() * plan.parts(), work, new Part(cpu, plan, product, o, epilogue));
    }

    /** Some channels of one image. */
    private record Part(Cpu cpu, Plan plan, Product product, Operands o, ElementFunction epilogue) implements Cpu.Item {
        @Override
        public void run(int index, int slot) {
            ConvShape shape = plan.shape();
            Windows windows = plan.windows();
            int image = index / plan.parts();
            int first = index % plan.parts() * plan.channelsEach();
            int channels = Math.min(plan.channelsEach(), shape.channels() - first);
            int area = shape.grid().kernelArea();
            long columns = slot * plan.slotSize();
            long spread = columns + plan.columnsSize();
            for (int group = 0; group < shape.groups(); group++) {
                int rows = shape.filters() * shape.grid().outH();
                windows.spread(o.in(0).data(), shape.outputOffset(image, group), rows, o.workspace(), spread);
                long weight = shape.weightOffset(group) + (long) first * area;
                product.set(channels * area, windows.foldStride(), shape.filters(), weight, spread, columns);
                long to = shape.inputOffset(image, group)
                        + (long) first * shape.grid().area();
                float[] padded = cpu.scratch().array(slot, 0);
                float[] line = cpu.scratch().array(slot, 1);
                windows.fold(o.workspace(), columns, channels, o.out().data(), to, padded, line);
                epilogue.apply(to, channels * shape.grid().area(), slot);
            }
        }
    }
}
