package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fused;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions as plain sums in registers, for any window: in one group, in groups that fall into whole blocks of channels, and
 * of each channel by itself. An image of few channels is read in row-major order.
 */
record DirectForward(Cpu cpu) implements KernelFactory<Conv> {
    @Override
    public boolean accepts(Conv conv, List<Sizes> operands) {
        return isDepthwise(conv, operands.get(0))
                || DirectSums.forward(conv, operands.get(0)).isInBlocks();
    }

    private static boolean isDepthwise(Conv conv, Sizes x) {
        return Depthwise.is(conv, x.dim(1));
    }

    @Override
    public Layout layout(Conv conv, List<Sizes> operands, Sizes result, List<Integer> now) {
        List<Integer> lanes = new ArrayList<>(Layout.plain(operands.size()).operands());
        lanes.set(0, lanes(conv, operands.get(0), now.get(0)));
        return new Layout(lanes, LANES);
    }

    private static int lanes(Conv conv, Sizes x, int now) {
        return conv.groups() == 1 && DirectSource.isInRows(x.dim(1), now) ? 1 : LANES;
    }

    @Override
    public long workspace(Conv conv, List<Sizes> operands) {
        Sizes x = operands.get(0);
        if (isDepthwise(conv, x)) {
            return Epilogue.bytes(conv.filters()) + new Depthwise(cpu).workspace(conv, x);
        }
        DirectSums sums = DirectSums.forward(conv, x);
        long blocks = DirectConvolution.of(cpu, sums, LANES).workspace();
        long rows = lanes(conv, x, 1) == 1 ? DirectConvolution.of(cpu, sums, 1).workspace() : 0;
        return Epilogue.bytes(conv.filters()) + Math.max(blocks, rows);
    }

    @Override
    public Runnable bind(Conv conv, Operands o) {
        Epilogue bias = conv.bias() ? epilogue(EpilogueForm.NOTHING, List.of(), o, null) : null;
        return bind(conv, o, bias);
    }

    private static Epilogue epilogue(
            EpilogueForm form, List<Tensor> operands, Operands own, @Nullable BlockFunction rest) {
        Tensor bias = own.in().size() > 2 ? own.in(2) : null;
        MemorySegment constants =
                own.workspace().asSlice(0, Epilogue.bytes(own.out().shape().dim(1)));
        return new Epilogue(form, operands, bias, own.out(), constants, rest);
    }

    private Runnable bind(Conv conv, Operands o, @Nullable Epilogue epilogue) {
        MemorySegment workspace = o.workspace().asSlice(Epilogue.bytes(conv.filters()));
        if (isDepthwise(conv, o.in(0).shape())) {
            return depthwise(conv, o, workspace, epilogue);
        }
        DirectSums sums = DirectSums.forward(conv, o.in(0).shape());
        return DirectConvolution.of(cpu, sums, o.in(0).lanes())
                .bind(o.in(0), o.in(1), o.out(), o.packs(), workspace, epilogue);
    }

    private Runnable depthwise(Conv conv, Operands o, MemorySegment workspace, @Nullable Epilogue epilogue) {
        Depthwise depthwise = new Depthwise(cpu);
        if (epilogue == null) {
            return depthwise.forward(conv, o, workspace, BlockFunction.NOTHING);
        }
        Runnable all = depthwise.forward(conv, o, workspace, epilogue::apply);
        return Described.as(Described.of(all), () -> {
            epilogue.prepare();
            all.run();
        });
    }

    /** Convolutions with an element-wise function of their result. */
    record WithEpilogue(DirectForward forward) implements KernelFactory<Fused> {
        @Override
        public boolean accepts(Fused kernel, List<Sizes> operands) {
            return kernel.anchor() instanceof Conv conv && forward.accepts(conv, kernel.ofAnchor(operands));
        }

        private static EpilogueForm form(Fused kernel, List<Sizes> operands) {
            List<Sizes> shapes = new ArrayList<>(List.of(kernel.anchor().output(operands.subList(0, 1))));
            shapes.addAll(kernel.ofEpilogue(operands));
            return EpilogueForm.of(kernel.epilogue(), shapes);
        }

        private static Conv conv(Fused kernel) {
            return (Conv) kernel.anchor();
        }

        @Override
        public Layout layout(Fused kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
            List<Integer> lanes = new ArrayList<>(Layout.plain(operands.size()).operands());
            lanes.set(0, DirectForward.lanes(conv(kernel), operands.get(0), now.get(0)));
            for (int i = 1; i < kernel.epilogue().arity(); i++) {
                lanes.set(i, operands.get(i).equals(result) ? LANES : 1);
            }
            return new Layout(lanes, LANES);
        }

        @Override
        public long workspace(Fused kernel, List<Sizes> operands) {
            return forward.workspace(conv(kernel), kernel.ofAnchor(operands));
        }

        @Override
        public Runnable bind(Fused kernel, Operands o) {
            EpilogueForm form = form(kernel, o.in().stream().map(Tensor::shape).toList());
            Operands own = o.with(kernel.ofAnchor(o.in()));
            List<Tensor> others = kernel.ofEpilogue(o.in());
            return forward.bind(conv(kernel), own, epilogue(form, others, own, form.whole() ? null : rest(kernel, o)));
        }

        /** The function of what the convolution leaves in its result. */
        private BlockFunction rest(Fused kernel, Operands o) {
            List<Tensor> all = new ArrayList<>(List.of(o.out()));
            all.addAll(kernel.ofEpilogue(o.in()));
            return BlockFunction.of(forward.cpu(), kernel.epilogue(), all, o.out());
        }
    }
}
