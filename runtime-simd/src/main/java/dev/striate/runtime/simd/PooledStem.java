package dev.striate.runtime.simd;

import static dev.striate.runtime.simd.Simd.LANES;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.Fused;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.backend.Pooled;
import dev.striate.runtime.backend.cpu.Cpu;
import dev.striate.runtime.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stems ({@link StemShape}) with what follows them, {@code clip(x * scale + shift)}, and max pooling, from images in row-major
 * order to blocks of channels. At 224x224 a stem's result is 3.2 MB an image, a quarter of which is left behind the pooling.
 *
 * @param cpu the threads
 */
record PooledStem(Cpu cpu) implements KernelFactory<Pooled> {
    @Override
    public boolean accepts(Pooled kernel, List<Sizes> operands) {
        if (!(kernel.anchor() instanceof Fused fused)
                || !(fused.anchor() instanceof Conv conv)
                || ConvChoice.forward(conv, operands.getFirst()) != ConvChoice.STEM) {
            return false;
        }
        EpilogueForm form = SimdConv.form(fused, operands);
        return form.whole()
                && form.residual() == 0
                && Stem.fits(StemShape.of(conv, operands.getFirst()), kernel.pool());
    }

    @Override
    public Layout layout(Pooled kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        return new Layout(Collections.nCopies(operands.size(), 1), LANES);
    }

    @Override
    public long workspace(Pooled kernel, List<Sizes> operands) {
        return stem(kernel, operands.getFirst()).workspace();
    }

    @Override
    public long workerMemory(Pooled kernel, List<Sizes> operands) {
        return cpu.pool().threads() * stem(kernel, operands.getFirst()).workerBytes();
    }

    @Override
    public Runnable bind(Pooled kernel, Operands o) {
        Fused fused = (Fused) kernel.anchor();
        EpilogueForm form =
                SimdConv.form(fused, o.in().stream().map(Tensor::shape).toList());
        List<Tensor> operands = fused.ofAnchor(o.in());
        @Nullable Tensor bias = conv(kernel).bias() ? operands.get(2) : null;
        Epilogue epilogue = new Epilogue(form, fused.ofEpilogue(o.in()), bias, o.out(), o.workspace(), null);
        return stem(kernel, o.in(0).shape()).bind(o.with(operands), epilogue);
    }

    private Stem stem(Pooled kernel, Sizes x) {
        return new Stem(cpu.pool(), StemShape.of(conv(kernel), x), kernel.pool());
    }

    private static Conv conv(Pooled kernel) {
        return (Conv) ((Fused) kernel.anchor()).anchor();
    }
}
