package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fused;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions by Winograd's filtering, over values in blocks of channels.
 *
 * @param cpu the threads
 * @param choice which kind of filtering, by the convolution and the shape of its input
 */
record SimdConv(Cpu cpu, BiFunction<Conv, Sizes, ConvChoice> choice) implements KernelFactory<Conv> {
    @Override
    public boolean accepts(Conv conv, List<Sizes> operands) {
        return choice.apply(conv, operands.get(0)) != ConvChoice.NONE;
    }

    @Override
    public Layout layout(Conv conv, List<Sizes> operands, Sizes result, List<Integer> now) {
        List<Integer> lanes = new ArrayList<>(Collections.nCopies(operands.size(), 1));
        lanes.set(0, LANES);
        return new Layout(lanes, LANES);
    }

    /** What has the shape of the result lies in blocks like the result. */
    private static Layout layout(Fused kernel, List<Sizes> operands, Sizes result) {
        List<Integer> lanes = new ArrayList<>(Collections.nCopies(operands.size(), 1));
        lanes.set(0, LANES);
        for (int i = 1; i < kernel.epilogue().arity(); i++) {
            lanes.set(i, operands.get(i).equals(result) ? LANES : 1);
        }
        return new Layout(lanes, LANES);
    }

    /** The function of what the convolution leaves in its result. */
    private BlockFunction rest(Fused kernel, List<Tensor> others, Tensor result) {
        List<Tensor> all = new ArrayList<>(List.of(result));
        all.addAll(others);
        return BlockFunction.of(cpu, kernel.epilogue(), all, result);
    }

    @Override
    public long workspace(Conv conv, List<Sizes> operands) {
        return winograd(conv, operands.get(0)).workspace();
    }

    @Override
    public Runnable bind(Conv conv, Operands o) {
        return bind(conv, o, EpilogueForm.NOTHING, List.of(), null);
    }

    private Runnable bind(Conv conv, Operands o, EpilogueForm form, List<Tensor> others, @Nullable BlockFunction rest) {
        @Nullable Tensor bias = conv.bias() ? o.in(2) : null;
        MemorySegment constants = o.workspace().asSlice(0, Epilogue.bytes(conv.filters()));
        Epilogue epilogue = new Epilogue(form, others, bias, o.out(), constants, rest);
        return winograd(conv, o.in(0).shape()).bind(o, epilogue);
    }

    private Winograd winograd(Conv conv, Sizes x) {
        int m = choice.apply(conv, x).tile();
        return new Winograd(cpu.pool(), WinogradShape.of(conv, x, m), false);
    }

    /** The same with an epilogue. */
    KernelFactory<Fused> fused() {
        return new KernelFactory<>() {
            @Override
            public boolean accepts(Fused kernel, List<Sizes> operands) {
                return kernel.anchor() instanceof Conv conv && SimdConv.this.accepts(conv, operands);
            }

            @Override
            public Layout layout(Fused kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
                return SimdConv.layout(kernel, operands, result);
            }

            @Override
            public long workspace(Fused kernel, List<Sizes> operands) {
                return SimdConv.this.workspace((Conv) kernel.anchor(), operands);
            }

            @Override
            public Runnable bind(Fused kernel, Operands o) {
                EpilogueForm form =
                        form(kernel, o.in().stream().map(Tensor::shape).toList());
                List<Tensor> others = kernel.ofEpilogue(o.in());
                return SimdConv.this.bind(
                        (Conv) kernel.anchor(),
                        o.with(kernel.ofAnchor(o.in())),
                        form,
                        others,
                        form.whole() ? null : rest(kernel, others, o.out()));
            }
        };
    }

    private static EpilogueForm form(Fused kernel, List<Sizes> operands) {
        List<Sizes> shapes = new ArrayList<>();
        shapes.add(kernel.anchor().output(operands.subList(0, 1)));
        shapes.addAll(kernel.ofEpilogue(operands));
        return EpilogueForm.of(kernel.epilogue(), shapes);
    }
}
