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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions by Winograd's filtering, over values in blocks of channels, or images in row-major order.
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
        lanes.set(0, lanes(conv, operands.get(0)));
        return new Layout(lanes, LANES);
    }

    /** The channels of a block of the input: images are in row-major order. */
    private int lanes(Conv conv, Sizes x) {
        return choice.apply(conv, x) == ConvChoice.STEM ? 1 : LANES;
    }

    /** What has the shape of the result lies in blocks like the result. */
    private Layout layout(Fused kernel, List<Sizes> operands, Sizes result) {
        List<Integer> lanes = new ArrayList<>(Collections.nCopies(operands.size(), 1));
        lanes.set(0, lanes((Conv) kernel.anchor(), operands.get(0)));
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
        return Epilogue.bytes(conv.filters());
    }

    @Override
    public long workerMemory(Conv conv, List<Sizes> operands) {
        return cpu.pool().threads() * filtering(conv, operands.get(0)).workerBytes();
    }

    @Override
    public Runnable bind(Conv conv, Operands o) {
        return bind(conv, o, EpilogueForm.NOTHING, List.of(), null);
    }

    private Runnable bind(Conv conv, Operands o, EpilogueForm form, List<Tensor> others, @Nullable BlockFunction rest) {
        @Nullable Tensor bias = conv.bias() ? o.in(2) : null;
        Epilogue epilogue = new Epilogue(form, others, bias, o.out(), o.workspace(), rest);
        return filtering(conv, o.in(0).shape()).bind(o, epilogue);
    }

    private Filtering filtering(Conv conv, Sizes x) {
        ConvChoice chosen = choice.apply(conv, x);
        if (chosen == ConvChoice.STEM) {
            return new Stem(cpu.pool(), StemShape.of(conv, x), null);
        }
        return new Winograd(cpu.pool(), WinogradShape.of(conv, x, chosen.tile()), false);
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
                return SimdConv.this.layout(kernel, operands, result);
            }

            @Override
            public long workspace(Fused kernel, List<Sizes> operands) {
                return SimdConv.this.workspace((Conv) kernel.anchor(), operands);
            }

            @Override
            public long workerMemory(Fused kernel, List<Sizes> operands) {
                return SimdConv.this.workerMemory((Conv) kernel.anchor(), operands);
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

    /** What follows the convolution. */
    static EpilogueForm form(Fused kernel, List<Sizes> operands) {
        List<Sizes> shapes = new ArrayList<>();
        shapes.add(kernel.anchor().output(operands.subList(0, 1)));
        shapes.addAll(kernel.ofEpilogue(operands));
        return EpilogueForm.of(kernel.epilogue(), shapes);
    }
}
