package dev.striate.runtime.backend.cpu;

import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Losses that compare element by element. */
final class ElementLosses {
    /** What a comparison costs, in elements of an element-wise kernel. */
    private static final int COMPARISON = 8;

    private final Cpu cpu;

    ElementLosses(Cpu cpu) {
        this.cpu = cpu;
    }

    SampleMean.Sample forward(ElementLoss kernel, Operands o) {
        Tensor y = o.in(0);
        Tensor t = o.in(1);
        int size = y.shape().elementsFrom(1);
        boolean one = t.shape().rank() == 0;
        double share = (double) y.shape().dim(0) / kernel.divisor(y.shape());
        return (n, slot) -> {
            double sum = 0;
            for (int i = n * size; i < (n + 1) * size; i++) {
                sum += kernel.value(y.get(i), t.get(one ? 0 : i));
            }
            return sum * share;
        };
    }

    Runnable gradient(ElementLossGrad kernel, Operands o) {
        Tensor y = o.in(1);
        Tensor t = o.in(2);
        ElementLoss loss = kernel.loss();
        boolean one = t.shape().rank() == 0;
        int divisor = loss.divisor(y.shape());
        if (one && kernel.ofTarget()) {
            return () -> {
                double sum = 0;
                for (int i = 0; i < y.elements(); i++) {
                    sum += loss.slope(y.get(i), t.get(0), true);
                }
                o.out().set(0, (float) (sum * o.in(0).get(0) / divisor));
            };
        }
        return cpu.forEach(y.elements(), COMPARISON, (i, slot) -> {
            double slope = loss.slope(y.get(i), t.get(one ? 0 : i), kernel.ofTarget());
            o.out().set(i, (float) (slope * o.in(0).get(0) / divisor));
        });
    }
}
