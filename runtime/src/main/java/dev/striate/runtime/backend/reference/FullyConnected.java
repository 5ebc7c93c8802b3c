package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.Fc;
import dev.striate.core.kernel.FcGradInput;
import dev.striate.core.kernel.FcGradWeight;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** The fully connected layer and its gradients. */
final class FullyConnected {
    private FullyConnected() {}

    static Runnable forward(Fc fc, Operands o) {
        Tensor x = o.in(0);
        Tensor weight = o.in(1);
        int inputs = x.shape().dim(1);
        return () -> setAll(o.out(), (n, unit) -> {
            double sum = fc.bias() ? o.in(2).get(unit) : 0;
            for (int c = 0; c < inputs; c++) {
                sum += (double) x.get(n * inputs + c) * weight.get(unit * inputs + c);
            }
            return sum;
        });
    }

    static Runnable inputGradient(FcGradInput kernel, Operands o) {
        Tensor gy = o.in(0);
        Tensor weight = o.in(1);
        int units = gy.shape().dim(1);
        int inputs = weight.shape().dim(1);
        return () -> setAll(o.out(), (n, c) -> {
            double sum = 0;
            for (int unit = 0; unit < units; unit++) {
                sum += (double) gy.get(n * units + unit) * weight.get(unit * inputs + c);
            }
            return sum;
        });
    }

    static Runnable weightGradient(FcGradWeight kernel, Operands o) {
        Tensor gy = o.in(0);
        Tensor x = o.in(1);
        int batch = gy.shape().dim(0);
        int units = gy.shape().dim(1);
        int inputs = x.shape().dim(1);
        return () -> setAll(o.out(), (unit, c) -> {
            double sum = 0;
            for (int n = 0; n < batch; n++) {
                sum += (double) gy.get(n * units + unit) * x.get(n * inputs + c);
            }
            return sum;
        });
    }

    private static void setAll(Tensor matrix, Element value) {
        int columns = matrix.shape().dim(1);
        for (int i = 0; i < matrix.elements(); i++) {
            matrix.set(i, (float) value.at(i / columns, i % columns));
        }
    }

    /** The value of one element of a matrix. */
    private interface Element {
        double at(int row, int column);
    }
}
