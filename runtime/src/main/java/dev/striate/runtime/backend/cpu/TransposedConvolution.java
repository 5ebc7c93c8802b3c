package dev.striate.runtime.backend.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Conv;
import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.ConvTransposeGradInput;
import dev.striate.runtime.backend.Described;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Transposed convolution: the input gradient of a convolution, and for its own gradient that convolution. */
record TransposedConvolution(Cpu cpu) implements KernelFactory<ConvTranspose> {
    @Override
    public long workspace(ConvTranspose kernel, List<Sizes> operands) {
        Sizes y = kernel.output(operands.subList(0, 1));
        return new ConvInputGradient(cpu).workspace(gradient(kernel, operands.get(0), y), operands.subList(0, 2));
    }

    @Override
    public Runnable bind(ConvTranspose kernel, Operands o) {
        return bind(kernel, o, ElementFunction.NOTHING);
    }

    /** The layer and a function of its result, applied to each plane with the bias. */
    Runnable bind(ConvTranspose kernel, Operands o, ElementFunction epilogue) {
        Sizes y = o.out().shape();
        Operands own = o.with(o.in().subList(0, 2));
        Runnable gradient =
                new ConvInputGradient(cpu).bind(gradient(kernel, o.in(0).shape(), y), own);
        if (!kernel.bias() && epilogue.equals(ElementFunction.NOTHING)) {
            return gradient;
        }
        int area = y.elementsFrom(2);
        MemorySegment data = o.out().data();
        Runnable rest = cpu.forEach(y.dim(0) * y.dim(1), area, (plane, slot) -> {
            if (kernel.bias()) {
                float b = o.in(2).get(plane % kernel.filters());
                long end = Elements.offset(area) * (plane + 1);
                for (long at = Elements.offset(area) * plane; at < end; at += Float.BYTES) {
                    data.set(JAVA_FLOAT, at, data.get(JAVA_FLOAT, at) + b);
                }
            }
            epilogue.apply((long) plane * area, area, slot);
        });
        return Described.as(Described.of(gradient), () -> {
            gradient.run();
            rest.run();
        });
    }

    private static ConvGradInput gradient(ConvTranspose kernel, Sizes x, Sizes y) {
        return new ConvGradInput(kernel.conv(x.dim(1)), y);
    }

    /** The gradient by the input. */
    KernelFactory<ConvTransposeGradInput> inputGradient() {
        return new KernelFactory<>() {
            @Override
            public long workspace(ConvTransposeGradInput kernel, List<Sizes> operands) {
                return new ConvForward(cpu).workspace(conv(kernel, operands.get(1)), operands);
            }

            @Override
            public Runnable bind(ConvTransposeGradInput kernel, Operands o) {
                return new ConvForward(cpu).bind(conv(kernel, o.in(1).shape()), o);
            }
        };
    }

    private static Conv conv(ConvTransposeGradInput kernel, Sizes weight) {
        return kernel.transpose().conv(weight.dim(0));
    }
}
