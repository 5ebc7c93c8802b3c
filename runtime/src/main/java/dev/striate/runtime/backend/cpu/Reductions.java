package dev.striate.runtime.backend.cpu;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Reduce;
import dev.striate.core.kernel.ReduceMaxGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Sums, means and maxima along axes: each result is found by one thread, in row-major order. */
final class Reductions {
    private final Cpu cpu;

    Reductions(Cpu cpu) {
        this.cpu = cpu;
    }

    Runnable reduce(Reduce kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor y = o.out();
        Lines lines = new Lines(kernel, x.shape());
        boolean max = kernel.kind() == Reduce.Kind.MAX;
        int divisor = kernel.kind() == Reduce.Kind.MEAN ? lines.elements() : 1;
        return cpu.forEach(
                y.elements(),
                lines.elements(),
                (i, slot) -> y.set(i, max ? lines.max(x, i) : (float) (lines.sum(x, i) / divisor)));
    }

    Runnable maxGradient(ReduceMaxGrad kernel, Operands o) {
        Tensor gradient = o.in(0);
        Tensor x = o.in(1);
        Lines lines = new Lines(kernel.of(), x.shape());
        return cpu.forEach(gradient.elements(), lines.elements(), (i, slot) -> {
            int best = lines.kept[i] + lines.starts[0];
            for (int start : lines.starts) {
                for (int j = 0; j < lines.length; j++) {
                    int at = lines.kept[i] + start + j * lines.step;
                    o.out().set(at, 0);
                    best = Float.compare(x.get(at), x.get(best)) > 0 ? at : best;
                }
            }
            o.out().set(best, gradient.get(i));
        });
    }

    /**
     * The elements of one result as lines along the last of the axes that are lost.
     */
    private static final class Lines {
        /** For every result where its elements begin. */
        final int[] kept;
        /** Where its lines begin, from there. */
        final int[] starts;
        /** Elements of a line. */
        final int length;
        /** From one element of a line to the next. */
        final int step;

        Lines(Reduce kernel, Sizes x) {
            Reduce.Axes lost = kernel.lost(x);
            int last = lost.dims().size() - 1;
            Reduce.Axes outer =
                    new Reduce.Axes(lost.dims().subList(0, last), lost.strides().subList(0, last));
            kept = kernel.kept(x).places();
            starts = outer.places();
            length = lost.dims().get(last);
            step = lost.strides().get(last);
        }

        int elements() {
            return starts.length * length;
        }

        double sum(Tensor x, int result) {
            double sum = 0;
            for (int start : starts) {
                for (int j = 0; j < length; j++) {
                    sum += x.get(kept[result] + start + j * step);
                }
            }
            return sum;
        }

        float max(Tensor x, int result) {
            float max = Float.NEGATIVE_INFINITY;
            for (int start : starts) {
                for (int j = 0; j < length; j++) {
                    max = Math.max(max, x.get(kept[result] + start + j * step));
                }
            }
            return max;
        }
    }
}
