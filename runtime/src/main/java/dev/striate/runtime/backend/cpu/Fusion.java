package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.AvgPoolGrad;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Kernels whose epilogue is applied to each part of the result while that is in the cache. */
record Fusion(Cpu cpu) implements KernelFactory<Fused> {
    @Override
    public long workspace(Fused kernel, List<Sizes> operands) {
        List<Sizes> own = kernel.ofAnchor(operands);
        return switch (kernel.anchor()) {
            case Conv conv -> new ConvForward(cpu).workspace(conv, own);
            case ConvTranspose transposed -> new TransposedConvolution(cpu).workspace(transposed, own);
            case ConvGradInput gradient -> new ConvInputGradient(cpu).workspace(gradient, own);
            default -> 0;
        };
    }

    @Override
    public Runnable bind(Fused kernel, Operands o) {
        List<Tensor> operands = new ArrayList<>(List.of(o.out()));
        operands.addAll(kernel.ofEpilogue(o.in()));
        ElementFunction epilogue = ElementFunction.of(cpu, kernel.epilogue(), operands, o.out());
        Operands own = o.with(kernel.ofAnchor(o.in()));
        return switch (kernel.anchor()) {
            case Conv conv -> new ConvForward(cpu).bind(conv, own, epilogue);
            case ConvTranspose transposed -> new TransposedConvolution(cpu).bind(transposed, own, epilogue);
            case Fc fc -> new FullyConnected(cpu).forward(fc, own, epilogue);
            case ConvGradInput gradient -> new ConvInputGradient(cpu).bind(gradient, own, epilogue);
            case MaxPoolGrad gradient -> new Pooling(cpu).maxGradient(gradient, own, epilogue);
            case BatchNorm norm -> new BatchNormalization(cpu).forward(norm, own, epilogue);
            case BatchNormGradInput gradient -> new BatchNormalization(cpu).inputGradient(gradient, own, epilogue);
            case AvgPoolGrad gradient -> new Pooling(cpu).averageGradient(gradient, own, epilogue);
            case FcGradInput gradient -> new FullyConnected(cpu).inputGradient(gradient, own, epilogue);
            default -> throw new IllegalArgumentException("no epilogue follows in the kernel of " + kernel.anchor());
        };
    }
}
