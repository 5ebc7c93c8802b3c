package dev.striate.runtime.backend.cpu;

import dev.striate.core.kernel.DistanceLoss;
import dev.striate.core.kernel.DistanceLossGrad;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Losses of distances between values. */
final class DistanceLosses {
    private final Cpu cpu;

    DistanceLosses(Cpu cpu) {
        this.cpu = cpu;
    }

    /** The operands of a loss: the two that are always compared, and the third value or numbers. */
    private record Compared(DistanceLoss loss, Tensor a, Tensor b, Tensor c) {
        int batch() {
            return a.shape().dim(0);
        }

        int size() {
            return a.shape().elementsFrom(1);
        }

        /** The distance of the first two in a sample. */
        double u(int n) {
            return distance(b, n);
        }

        /** The third number of a sample, or the distance of the third value from the first. */
        double v(int n) {
            return loss.comparesThird() ? distance(c, n) : c.get(n);
        }

        private double distance(Tensor other, int n) {
            double sum = 0;
            for (int i = n * size(), end = i + size(); i < end; i++) {
                double d = (double) a.get(i) - other.get(i);
                sum += d * d;
            }
            return Math.sqrt(sum);
        }
    }

    SampleMean.Sample forward(DistanceLoss kernel, Operands o) {
        Compared compared = new Compared(kernel, o.in(0), o.in(1), o.in(2));
        return (n, slot) -> kernel.value(compared.u(n), compared.v(n));
    }

    Runnable gradient(DistanceLossGrad kernel, Operands o) {
        Compared in = new Compared(kernel.loss(), o.in(1), o.in(2), o.in(3));
        return cpu.forEach(in.batch(), in.size(), (n, slot) -> {
            double scale = (double) o.in(0).get(0) / in.batch();
            double u = in.u(n);
            double v = in.v(n);
            if (kernel.ofNumber()) {
                o.out().set(n, (float) (scale * kernel.loss().thirdSlope(u, v)));
            } else if (in.loss().comparesThird()) {
                store(in, n, scale * kernel.first(u, v), scale * kernel.third(u, v), o.out());
            } else {
                store(in, n, scale * kernel.first(u, v), 0, o.out());
            }
        });
    }

    /** Stores a sample's multiples of the differences to the second and third operand. */
    private static void store(Compared in, int n, double second, double third, Tensor out) {
        for (int i = n * in.size(), end = i + in.size(); i < end; i++) {
            double sum = second * ((double) in.a().get(i) - in.b().get(i));
            out.set(i, (float)
                    (third == 0
                            ? sum
                            : sum + third * ((double) in.a().get(i) - in.c().get(i))));
        }
    }
}
