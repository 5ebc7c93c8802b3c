package dev.striate.runtime.backend.reference;

import dev.striate.core.kernel.BatchNorm;
import dev.striate.core.kernel.BatchNormGradInput;
import dev.striate.core.kernel.BatchNormGradSums;
import dev.striate.core.kernel.ChannelMoments;
import dev.striate.core.kernel.ChannelScale;
import dev.striate.core.kernel.ChannelShift;
import dev.striate.core.kernel.Running;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.tensor.Tensor;

/** Batch normalization, its statistics and its gradients. */
final class BatchNormalization {
    private BatchNormalization() {}

    private static int channel(Tensor x, int index) {
        return index / x.shape().elementsFrom(2) % x.shape().dim(1);
    }

    private static double deviation(Tensor variance, int channel, double eps) {
        return Math.sqrt(variance.get(channel) + eps);
    }

    static Runnable forward(BatchNorm kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor mean = kernel.ofBatch() ? o.in(1).row(0) : o.in(3);
        Tensor variance = kernel.ofBatch() ? o.in(1).row(1) : o.in(4);
        Tensor weight = o.in(kernel.dataOperands());
        Tensor bias = o.in(kernel.dataOperands() + 1);
        return () -> {
            for (int i = 0; i < x.elements(); i++) {
                int c = channel(x, i);
                double hat = ((double) x.get(i) - mean.get(c)) / deviation(variance, c, kernel.eps());
                o.out().set(i, (float) (hat * weight.get(c) + bias.get(c)));
            }
        };
    }

    static Runnable scale(ChannelScale kernel, Operands o) {
        Tensor weight = o.in(0);
        Tensor variance = o.in(1);
        return () -> {
            for (int c = 0; c < kernel.channels(); c++) {
                o.out().set(c, (float) (weight.get(c) / Math.sqrt(variance.get(c) + kernel.eps())));
            }
        };
    }

    static Runnable shift(ChannelShift kernel, Operands o) {
        Tensor scale = o.in(0);
        Tensor bias = o.in(1);
        Tensor mean = o.in(2);
        return () -> {
            for (int c = 0; c < scale.elements(); c++) {
                o.out().set(c, (float) (bias.get(c) - (double) mean.get(c) * scale.get(c)));
            }
        };
    }

    static Runnable inputGradient(BatchNormGradInput kernel, Operands o) {
        Tensor g = o.in(0);
        double eps = kernel.norm().eps();
        if (!kernel.norm().ofBatch()) {
            return () -> {
                for (int i = 0; i < g.elements(); i++) {
                    int c = channel(g, i);
                    o.out().set(i, (float) (g.get(i) * (o.in(1).get(c) / deviation(o.in(2), c, eps))));
                }
            };
        }
        int count = g.elements() / g.shape().dim(1);
        Tensor mean = o.in(2).row(0);
        Tensor variance = o.in(2).row(1);
        Tensor byWeight = o.in(4).row(0);
        Tensor byBias = o.in(4).row(1);
        return () -> {
            for (int i = 0; i < g.elements(); i++) {
                int c = channel(g, i);
                double deviation = deviation(variance, c, eps);
                double hat = ((double) o.in(1).get(i) - mean.get(c)) / deviation;
                double common = (byBias.get(c) + hat * byWeight.get(c)) / count;
                o.out().set(i, (float) (o.in(3).get(c) / deviation * (g.get(i) - common)));
            }
        };
    }

    static Runnable gradientSums(BatchNormGradSums kernel, Operands o) {
        boolean ofBatch = kernel.norm().ofBatch();
        Tensor g = o.in(0);
        Tensor mean = ofBatch ? o.in(2).row(0) : o.in(2);
        Tensor variance = ofBatch ? o.in(2).row(1) : o.in(3);
        return () -> {
            sums(g, o.out().row(0), (i, c) -> {
                double deviation = deviation(variance, c, kernel.norm().eps());
                return g.get(i) * (((double) o.in(1).get(i) - mean.get(c)) / deviation);
            });
            sums(g, o.out().row(1), (i, c) -> g.get(i));
        };
    }

    static Runnable moments(ChannelMoments kernel, Operands o) {
        Tensor x = o.in(0);
        Tensor mean = o.out().row(0);
        int count = x.elements() / x.shape().dim(1);
        return () -> {
            sums(x, mean, (i, c) -> (double) x.get(i) / count);
            sums(x, o.out().row(1), (i, c) -> {
                double d = (double) x.get(i) - mean.get(c);
                return d * d / count;
            });
        };
    }

    static Runnable running(Running kernel, Operands o) {
        Tensor batch = o.in(1).row(kernel.row());
        return () -> {
            for (int i = 0; i < o.out().elements(); i++) {
                o.out().set(i, (float) kernel.next(o.in(0).get(i), batch.get(i)));
            }
        };
    }

    /** Gives each channel of x the sum of what {@code term} says of its elements. */
    private static void sums(Tensor x, Tensor to, Term term) {
        int area = x.shape().elementsFrom(2);
        int sample = x.shape().elementsFrom(1);
        for (int c = 0; c < x.shape().dim(1); c++) {
            double sum = 0;
            for (int n = 0; n < x.shape().dim(0); n++) {
                for (int i = 0; i < area; i++) {
                    sum += term.of(n * sample + c * area + i, c);
                }
            }
            to.set(c, (float) sum);
        }
    }

    /** What one element adds to its channel. */
    private interface Term {
        double of(int index, int channel);
    }
}
