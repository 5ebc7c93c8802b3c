package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.MaxPoolGrad;
import dev.striate.core.kernel.Pointwise;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.KernelTable;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Kernels whose epilogue is applied to each part of the result while that is in the cache; behind those that have no such
 * parts, in a pass of its own over the result.
 *
 * @param table all kernels of the session, this one among them
 */
record Fusion(Cpu cpu, KernelTable table) implements KernelFactory<Fused> {
    @Override
    public long workspace(Fused kernel, List<Sizes> operands) {
        return table.workspace(kernel.anchor(), kernel.ofAnchor(operands));
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
            default -> after(table.bind(kernel.anchor(), own), kernel.epilogue(), o.with(operands));
        };
    }

    private Runnable after(Runnable anchor, Pointwise function, Operands o) {
        Runnable epilogue = new Elements(cpu).pointwise(function, o);
        return () -> {
            anchor.run();
            epilogue.run();
        };
    }
}
