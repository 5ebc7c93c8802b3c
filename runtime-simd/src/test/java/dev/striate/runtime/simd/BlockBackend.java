package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;

/** A CPU backend with two more kernels, which put feature maps into blocks and look at the padding of blocks. */
public record BlockBackend(Backend cpu) implements Backend {
    /** A copy in blocks of channels. */
    public record ToBlocks() implements Kernel {
        @Override
        public Sizes output(List<Sizes> inputs) {
            return inputs.getFirst();
        }
    }

    /** A copy in rows of what lies anyhow; fails when the padding of blocks is not 0. */
    public record ToRows() implements Kernel {
        @Override
        public Sizes output(List<Sizes> inputs) {
            return inputs.getFirst();
        }
    }

    /** The channels of a block. */
    public static int lanes() {
        return LANES;
    }

    @Override
    public String name() {
        return cpu.name();
    }

    @Override
    public String description() {
        return cpu.description();
    }

    @Override
    public KernelTable kernels() {
        return cpu.kernels().add(ToBlocks.class, new PutIntoBlocks()).add(ToRows.class, new TakeFromBlocks());
    }

    private static Runnable copy(Tensor from, Tensor to) {
        return from.lanes() == to.lanes()
                ? () -> to.data().copyFrom(from.data())
                : new Relayout(Cpu.of(1)).bind(from, to);
    }

    private record PutIntoBlocks() implements KernelFactory<ToBlocks> {
        @Override
        public Layout layout(ToBlocks kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
            return new Layout(List.of(1), LANES);
        }

        @Override
        public Runnable bind(ToBlocks kernel, Operands o) {
            return copy(o.in(0), o.out());
        }
    }

    private record TakeFromBlocks() implements KernelFactory<ToRows> {
        @Override
        public Layout layout(ToRows kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
            return new Layout(now, 1);
        }

        @Override
        public Runnable bind(ToRows kernel, Operands o) {
            Runnable copy = copy(o.in(0), o.out());
            return () -> {
                if (o.in(0).lanes() > 1 && !Maps.isPadded(o.in(0))) {
                    throw new AssertionError("the padding is not 0");
                }
                copy.run();
            };
        }
    }
}
