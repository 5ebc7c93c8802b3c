package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.cpu.Cpu;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The gradients of inputs of convolutions by Winograd's filtering, over values in blocks of channels.
 *
 * @param cpu the threads
 * @param choice which kind of filtering, by the convolution and the shape of its input
 */
record SimdConvGradInput(Cpu cpu, BiFunction<Conv, Sizes, ConvChoice> choice) implements KernelFactory<ConvGradInput> {
    @Override
    public boolean accepts(ConvGradInput kernel, List<Sizes> operands) {
        return choice.apply(kernel.conv(), kernel.shape()) != ConvChoice.NONE;
    }

    @Override
    public Layout layout(ConvGradInput kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return new Layout(List.of(LANES, 1), LANES);
    }

    @Override
    public long workspace(ConvGradInput kernel, List<Sizes> operands) {
        return Epilogue.bytes(kernel.shape().dim(1));
    }

    @Override
    public long workerMemory(ConvGradInput kernel, List<Sizes> operands) {
        return cpu.pool().threads() * winograd(kernel).workerBytes();
    }

    @Override
    public Runnable bind(ConvGradInput kernel, Operands o) {
        Epilogue nothing = new Epilogue(EpilogueForm.NOTHING, List.of(), null, o.out(), o.workspace(), null);
        return winograd(kernel).bind(o, nothing);
    }

    private Winograd winograd(ConvGradInput kernel) {
        int m = choice.apply(kernel.conv(), kernel.shape()).tile();
        WinogradShape forward = WinogradShape.of(kernel.conv(), kernel.shape(), m);
        return new Winograd(cpu.pool(), forward.ofInputGradient(), true);
    }
}
