package dev.striate.runtime.backend.reference;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Broadcast;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;

/** Losses that compare element by element. */
final class ElementLosses {
    private ElementLosses() {}

    /**
     * What one element is compared with and counts for.
     *
     * @param t the targets
     * @param weights the weights; none when every element counts once
     */
    private record Comparison(Sizes y, Tensor t, List<Tensor> weights) {
        static Comparison of(List<Tensor> in) {
            return new Comparison(in.get(0).shape(), in.get(1), in.subList(2, in.size()));
        }

        /** The target of an element; the same for all where it is a single number. */
        float target(int index) {
            return t.get(t.shape().rank() == 0 ? 0 : index);
        }

        double weight(int index) {
            double product = 1;
            for (Tensor w : weights) {
                int[] strides = Broadcast.strides(ElementLoss.weights(w.shape(), y), y);
                product *= w.get(Broadcast.place(index, y.toArray(), strides));
            }
            return product;
        }

        /** What makes a mean of a weighted sum; 0 where nothing counts. */
        double scale(ElementLoss loss) {
            double sum = 0;
            for (int i = 0; i < y.elements(); i++) {
                sum += weight(i);
            }
            return sum == 0 ? 0 : y.elements() / sum / loss.divisor(y);
        }
    }

    static Runnable forward(ElementLoss kernel, Operands o) {
        Tensor y = o.in(0);
        Comparison with = Comparison.of(o.in());
        return () -> {
            double sum = 0;
            for (int i = 0; i < y.elements(); i++) {
                sum += with.weight(i) * kernel.value(y.get(i), with.target(i));
            }
            o.out().set(0, (float) (sum * with.scale(kernel)));
        };
    }

    static Runnable gradient(ElementLossGrad kernel, Operands o) {
        Tensor y = o.in(1);
        Comparison with = Comparison.of(o.in().subList(1, o.in().size()));
        ElementLoss loss = kernel.loss();
        boolean sums = o.out().shape().rank() == 0;
        return () -> {
            double scale = o.in(0).get(0) * with.scale(loss);
            double sum = 0;
            for (int i = 0; i < y.elements(); i++) {
                double slope = with.weight(i) * loss.slope(y.get(i), with.target(i), kernel.ofTarget());
                sum += slope;
                o.out().set(sums ? 0 : i, (float) (scale * (sums ? sum : slope)));
            }
        };
    }
}
