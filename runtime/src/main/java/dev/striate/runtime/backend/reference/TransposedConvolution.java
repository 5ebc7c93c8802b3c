package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.ConvGradInput;
import dev.striate.core.kernel.ConvTranspose;
import dev.striate.core.kernel.ConvTransposeGradInput;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Transposed convolution: the gradients of convolution by their other names. */
final class TransposedConvolution {
    private TransposedConvolution() {}

    static Runnable forward(ConvTranspose kernel, Operands o) {
        int channels = o.in(0).shape().dim(1);
        Runnable gradient = Convolution.inputGradient(
                new ConvGradInput(kernel.conv(channels), o.out().shape()), o);
        if (!kernel.bias()) {
            return gradient;
        }
        Tensor y = o.out();
        int area = y.shape().elementsFrom(2);
        return () -> {
            gradient.run();
            for (int i = 0; i < y.elements(); i++) {
                y.set(i, y.get(i) + o.in(2).get(i / area % kernel.filters()));
            }
        };
    }

    static Runnable inputGradient(ConvTransposeGradInput kernel, Operands o) {
        return Convolution.forward(kernel.transpose().conv(o.in(1).shape().dim(0)), o);
    }
}
