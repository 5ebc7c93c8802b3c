package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.ElementLoss;
import dev.striate.core.kernel.ElementLossGrad;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Losses that compare element by element. */
final class ElementLosses {
    /** What a comparison costs, in elements of an element-wise kernel. */
    private static final int COMPARISON = 8;

    // The arrays of the scratch memory.
    private static final int WEIGHTS = 0;

    private final Cpu cpu;

    ElementLosses(Cpu cpu) {
        this.cpu = cpu;
    }

    /** What the elements of y count for. */
    private static final class Weights {
        private final @Nullable Tensor all;
        private final @Nullable Repeated repeated;

        /** Those of the operands of a loss, of which the third is the weights where there are any. */
        Weights(List<Tensor> in) {
            Sizes y = in.get(0).shape();
            all = in.size() < 3 ? null : in.get(2);
            repeated =
                    all == null ? null : new Repeated(new Tensor(ElementLoss.weights(all.shape(), y), all.data()), y);
        }

        /** The weights of elements {@code first} to {@code first + n}. */
        void load(int first, int n, float[] to) {
            if (repeated == null) {
                Arrays.fill(to, 0, n, 1);
            } else {
                repeated.load(first, n, to);
            }
        }

        /** What makes a mean over y of a mean of weighted numbers; 0 where nothing counts. */
        double scale() {
            if (all == null) {
                return 1;
            }
            double sum = 0;
            for (int i = 0; i < all.elements(); i++) {
                sum += all.get(i);
            }
            return sum == 0 ? 0 : all.elements() / sum;
        }
    }

    KernelFactory<ElementLoss> forward() {
        SampleMean<ElementLoss> mean = new SampleMean<>(cpu, this::ofSample);
        return new KernelFactory<>() {
            @Override
            public long workspace(ElementLoss kernel, List<Sizes> operands) {
                return mean.workspace(kernel, operands);
            }

            @Override
            public Runnable bind(ElementLoss kernel, Operands o) {
                Runnable each = mean.bind(kernel, o);
                Weights weights = new Weights(o.in());
                return () -> {
                    each.run();
                    o.out().set(0, (float) (o.out().get(0) * weights.scale()));
                };
            }
        };
    }

    private SampleMean.Sample ofSample(ElementLoss kernel, Operands o) {
        Tensor y = o.in(0);
        Tensor t = o.in(1);
        Weights weights = new Weights(o.in());
        int size = y.shape().elementsFrom(1);
        boolean one = t.shape().rank() == 0;
        double share = (double) y.shape().dim(0) / kernel.divisor(y.shape());
        cpu.scratch().reserve(WEIGHTS, Math.min(size, Cpu.GRAIN));
        return (n, slot) -> {
            float[] weight = cpu.scratch().array(slot, WEIGHTS);
            double sum = 0;
            for (int done = 0; done < size; done += Cpu.GRAIN) {
                int first = n * size + done;
                int count = Math.min(Cpu.GRAIN, size - done);
                weights.load(first, count, weight);
                for (int i = 0; i < count; i++) {
                    sum += weight[i] * kernel.value(y.get(first + i), t.get(one ? 0 : first + i));
                }
            }
            return sum * share;
        };
    }

    Runnable gradient(ElementLossGrad kernel, Operands o) {
        Tensor y = o.in(1);
        Tensor t = o.in(2);
        ElementLoss loss = kernel.loss();
        Weights weights = new Weights(o.in().subList(1, o.in().size()));
        boolean one = t.shape().rank() == 0;
        boolean sums = one && kernel.ofTarget();
        int block = Math.min(y.elements(), Cpu.GRAIN / COMPARISON);
        cpu.scratch().reserve(WEIGHTS, block);
        double[] scale = new double[1];
        double[] total = new double[1];
        Cpu.Item slopes = (index, slot) -> {
            float[] weight = cpu.scratch().array(slot, WEIGHTS);
            int first = index * block;
            int count = Math.min(block, y.elements() - first);
            weights.load(first, count, weight);
            for (int i = 0; i < count; i++) {
                double slope = loss.slope(y.get(first + i), t.get(one ? 0 : first + i), kernel.ofTarget());
                if (sums) {
                    total[0] += weight[i] * slope;
                } else {
                    o.out().set(first + i, (float) (weight[i] * slope * scale[0]));
                }
            }
        };
        int blocks = Math.ceilDiv(y.elements(), block);
        Runnable each = cpu.parallel(blocks, slopes::run);
        return () -> {
            scale[0] = o.in(0).get(0) * weights.scale() / loss.divisor(y.shape());
            total[0] = 0;
            if (sums) { // one number: added up in order, by this thread
                for (int i = 0; i < blocks; i++) {
                    slopes.run(i, 0);
                }
                o.out().set(0, (float) (total[0] * scale[0]));
            } else {
                each.run();
            }
        };
    }
}
