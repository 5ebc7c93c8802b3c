package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Losses that compare element by element. */
final class ElementLosses {
    private ElementLosses() {}

    /** The target of an element; the same for all where it is a single number. */
    private static float target(Tensor t, int index) {
        return t.get(t.shape().rank() == 0 ? 0 : index);
    }

    static Runnable forward(ElementLoss kernel, Operands o) {
        Tensor y = o.in(0);
        return () -> {
            double sum = 0;
            for (int i = 0; i < y.elements(); i++) {
                sum += kernel.value(y.get(i), target(o.in(1), i));
            }
            o.out().set(0, (float) (sum / kernel.divisor(y.shape())));
        };
    }

    static Runnable gradient(ElementLossGrad kernel, Operands o) {
        Tensor y = o.in(1);
        ElementLoss loss = kernel.loss();
        boolean sums = o.out().shape().rank() == 0;
        return () -> {
            double scale = (double) o.in(0).get(0) / loss.divisor(y.shape());
            double sum = 0;
            for (int i = 0; i < y.elements(); i++) {
                double slope = loss.slope(y.get(i), target(o.in(2), i), kernel.ofTarget());
                sum += slope;
                o.out().set(sums ? 0 : i, (float) (scale * (sums ? sum : slope)));
            }
        };
    }
}
